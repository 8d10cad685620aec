"""Offline training: clips, losses, schedules and the run; it knows neither tuning nor propagation."""
