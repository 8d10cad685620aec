"""Long work in the background, one job at a time."""
