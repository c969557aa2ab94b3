"""What each job is exposed to, drawn: as text, as JSON, as a picture."""
