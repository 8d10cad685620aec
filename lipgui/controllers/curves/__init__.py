"""Curves in the window: drawing and changing them, their keys, and tracking."""
