"""How servers are asked: bounded, over TLS, at public addresses."""
