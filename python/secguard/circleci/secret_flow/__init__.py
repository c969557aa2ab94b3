"""Follows secrets through scripts: what reads them, what is made of them, what prints them."""
