"""The project: what the user owns, in memory; needs neither torch nor Qt."""
