"""What the picture shows beside masks as they are: soft edges, and masks of before."""
