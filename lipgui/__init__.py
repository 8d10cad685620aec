"""The window of LIP; it imports torch only when the first job starts."""
