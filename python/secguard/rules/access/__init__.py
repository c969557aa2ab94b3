"""Rules that look at settings of CircleCI, and at configs beside them."""
