"""Tools that turn strokes and clicks into masks; no painting."""
