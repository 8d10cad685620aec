"""Online fine-tuning on annotated frames (paper, section 4.2)."""
