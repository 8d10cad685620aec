"""Targets, losses and cues that offline training and tuning share."""
