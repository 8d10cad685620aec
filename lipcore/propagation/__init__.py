"""Propagation: annotated frames in, label maps of the other frames out."""
