"""The timeline: lanes of objects over frames, and playing."""
