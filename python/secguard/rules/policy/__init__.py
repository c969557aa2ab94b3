"""Rules about what a change does to the policy; their target is a `policy.changes.Change`."""
