"""Small widgets that know nothing of masks."""
