"""Image references: what they name, and what they only look like; nothing here goes online."""
