"""Videos: files, folders of pictures and pictures in memory, read frame by frame, exactly."""

from lipcore.video.array import ArrayVideo
from lipcore.video.opening import open_video
from lipcore.video.protocol import Prefetcher, Video, VideoShape

__all__ = ["ArrayVideo", "Prefetcher", "Video", "VideoShape", "open_video"]
