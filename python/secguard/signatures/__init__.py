"""Checks signatures: pure functions over bytes, with nothing but the standard library."""
