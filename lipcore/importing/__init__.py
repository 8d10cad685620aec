"""Import: one file per format that reads labels as a `Source`, and the flow from there to frames of labels."""
