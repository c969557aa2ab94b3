"""What CircleCI's API tells about an organisation and its projects."""
