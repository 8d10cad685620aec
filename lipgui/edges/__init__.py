"""The panel of soft edges."""
