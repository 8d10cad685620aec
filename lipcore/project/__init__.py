"""The project: what the user owns, in memory and on disk; needs neither torch nor Qt."""
