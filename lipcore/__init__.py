"""LIP without a window: video, masks, network, tuning, propagation, projects and exchange formats."""

__version__ = "0.1.0"
