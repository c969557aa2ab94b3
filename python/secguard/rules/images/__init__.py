"""Rules about where images come from; they look at every place that names one."""
