"""The rules of working on a project, with or without a window: what may be written, what is run, what is doubtful."""
