"""What can only be seen while a job runs: the secrets it holds, and where they turn up."""
