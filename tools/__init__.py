"""What builds, packs and tries the orb; never part of it."""
