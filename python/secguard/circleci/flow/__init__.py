"""Follows text that somebody else chooses to where it does harm."""
