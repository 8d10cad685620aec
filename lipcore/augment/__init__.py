"""Made-up motion and light: layers rendered into clips."""
