"""Where a repository's images come from: what it names, what it has locked, what registries say."""
