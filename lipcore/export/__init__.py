"""Export: what is exported, and one file per format that writes it."""
