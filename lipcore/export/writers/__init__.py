"""One writer for each format that is exported."""
