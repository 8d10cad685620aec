"""Offline training and online fine-tuning; imports the model, never the other way round."""
