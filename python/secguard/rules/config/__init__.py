"""Rules over a config, an orb or a part of one; their target is a `Config`."""
