"""Opening, keeping and closing the project in the window."""
