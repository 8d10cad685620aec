"""One reader for each format that is imported: from a path to a `Source`."""
