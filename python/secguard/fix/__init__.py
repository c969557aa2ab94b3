"""Corrects what rules report, by edits of the text that change nothing else."""
