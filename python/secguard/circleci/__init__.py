"""What a CircleCI config means."""
