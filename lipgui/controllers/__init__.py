"""What happens when an action is chosen, and what the widgets show of the document."""
