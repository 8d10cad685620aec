"""Playing: the player, the buttons that steer it, and the fields for frame number and timecode."""
