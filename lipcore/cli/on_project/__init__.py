"""Commands that work on a project as the window does."""
