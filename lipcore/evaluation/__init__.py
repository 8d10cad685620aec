"""How good masks are: the measures of DAVIS, and running the whole method over a data set."""
