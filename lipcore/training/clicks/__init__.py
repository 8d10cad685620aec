"""Training of the interactive head with simulated clicks."""
