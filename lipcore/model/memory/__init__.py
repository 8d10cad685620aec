"""The visual memory: the Conv-GRU of the paper, and what tells it the labels."""
