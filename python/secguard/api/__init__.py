"""What CircleCI says about organisations, projects and runs: read by type, never believed."""
