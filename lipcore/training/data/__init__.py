"""What offline training reads: packs, COCO, DAVIS and clips made of them."""
