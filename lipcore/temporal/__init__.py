"""Repair of one object over time: gaps, flicker, specks, holes, edges, and frames between painted ones; no torch."""
