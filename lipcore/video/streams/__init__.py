"""The video stream of a file: its packets, frames, sizes, clock and time code."""
