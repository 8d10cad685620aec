"""The canvas: the frame, its masks, and the pen on it."""
