"""Projects on disk: what is written in which order, read back, locked and brought up to date."""
