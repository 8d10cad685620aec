"""Click to mask: an interactive head on the frozen trunk of `small`, and what asks it."""
