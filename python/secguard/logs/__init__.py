"""What CircleCI keeps of jobs that ran, read a piece at a time: output, artifacts, test results."""
