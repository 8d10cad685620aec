"""Videos: files and folders of pictures, read frame by frame, exactly."""

from lipcore.video.protocol import Prefetcher, Video, open_video

__all__ = ["Prefetcher", "Video", "open_video"]
