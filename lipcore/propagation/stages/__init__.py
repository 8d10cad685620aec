"""The stages of finding the objects in one frame: candidates, choice, evidence, whole masks."""
