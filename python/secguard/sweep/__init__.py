"""Goes over all projects of an organisation, on as many nodes as there are."""
