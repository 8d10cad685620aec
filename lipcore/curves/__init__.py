"""Curves: outlines with points that stay editable, keyed on frames, drawn between keys and moved by optical flow."""
