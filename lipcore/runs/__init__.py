"""One run of the whole method: annotations read, a video segmented, its folder of results."""
