"""Text that knows where it is; nothing in here knows what CircleCI is."""
