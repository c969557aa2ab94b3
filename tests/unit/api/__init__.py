"""Tests of asking CircleCI and reading what it says."""
