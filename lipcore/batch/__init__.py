"""Many videos: the list of jobs, worker processes or a cluster that do them, and what is done already."""
