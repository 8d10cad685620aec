"""The commands that need no project, one module each."""
