"""Runs one job of a compiled config on this machine, the way CircleCI's agent does."""
