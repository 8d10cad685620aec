"""Weights on disk: checkpoints, those that are known by name, and those of torchvision."""
