"""What the person owns: the project with its one history of edits."""
