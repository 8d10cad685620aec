"""The video stream of a file: opening it safely, its packets, its decoded frames the right way up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import MAX_PIXELS

_MAYBE_ANIMATED = frozenset({".avif", ".avifs", ".heic", ".heif", ".heics", ".heifs"})
DAMAGE = (av.FFmpegError, OSError, ValueError, EOFError)


def open_stream(path: Path, careful: bool = False) -> tuple[InputContainer, VideoStream]:
    """Open a local file and choose its video stream, not a cover picture; LipError.

    `careful` decodes one frame after the other: slower, but damage in one frame never takes its neighbours away.
    """
    try:  # the prefix keeps names with a colon local, the option keeps playlists from opening addresses
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"})
    except DAMAGE as error:
        raise LipError(f"Cannot open {path}: it is no video, or a damaged one ({_cause(error)}).") from error
    try:
        stream = _choose_stream(container, path)
    except LipError:
        container.close()
        raise
    stream.thread_type = "SLICE" if careful else "AUTO"
    return container, stream


def read_packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """The packets of a stream that hold something, in the order of the file; damage in the container ends them."""
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except DAMAGE:
        return


def decode_packet(packet: Packet[VideoStream] | None, stream: VideoStream) -> list[VideoFrame] | None:
    """The frames that a packet (None: the end) completes; None for a damaged one."""
    try:
        return [frame for frame in stream.codec_context.decode(packet) if isinstance(frame, VideoFrame)]
    except DAMAGE:
        return None


def to_pixels(decoded: VideoFrame) -> NDArray[np.uint8]:
    """(H, W, 3) RGB, turned and mirrored as the file asks."""
    plain = decoded.reformat(format="rgb24", threads=1)  # else a picture keeps threads of its own alive
    pixels = np.asarray(plain.to_ndarray(), np.uint8)
    return np.ascontiguousarray(_upright(pixels, decoded))


def check_still(container: InputContainer, stream: VideoStream, path: Path) -> None:
    """Raise LipError for an AVIF picture that is stored as tiles, of which each is a stream of its own."""
    stills = [one for one in container.streams.video if one.disposition & one.disposition.dependent]
    if stream in stills:
        raise LipError(f"Cannot open {path}: its picture is stored as {len(stills)} tiles; save it as JPEG or PNG.")


def _choose_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first video stream; the one with most frames in an AVIF or HEIC, whose still picture comes first."""
    streams = [stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic]
    if not streams:
        raise LipError(f"Cannot open {path}: it has no video stream.")
    stream = streams[0]
    if path.suffix.lower() in _MAYBE_ANIMATED:
        stream = max(streams, key=lambda one: one.frames)
        check_still(container, stream, path)
    if getattr(stream, "codec_context", None) is None:  # PyAV's types say never, but it is for an unknown codec
        raise LipError(f"Cannot open {path}: its video is in a format that cannot be decoded.")
    if stream.width * stream.height > MAX_PIXELS:
        size = f"{stream.width} x {stream.height}"
        raise LipError(
            f"Cannot open {path}: {size} pixels are more than the {MAX_PIXELS // 1_000_000} million allowed."
        )
    return stream


def _display_matrix(decoded: VideoFrame) -> NDArray[np.int32] | None:
    """Row 0 says where a step to the right in the stored picture leads, (right, down); row 1 a step down."""
    data = decoded.side_data.get("DISPLAYMATRIX")
    if not isinstance(data, SideData):
        return None
    return np.frombuffer(bytes(data), np.int32).reshape(3, 3)[:2, :2]


def _upright(pixels: NDArray[np.uint8], decoded: VideoFrame) -> NDArray[np.uint8]:
    """The picture under the nearest of the eight turns and mirrorings that keep pixels whole."""
    matrix = _display_matrix(decoded)
    if matrix is None or not matrix.any():
        return pixels
    (right_x, right_y), (down_x, down_y) = matrix.tolist()
    if abs(right_y) > abs(right_x):  # columns become rows
        pixels, right_x, down_y = pixels.swapaxes(0, 1), down_x, right_y
    return pixels[:: -1 if down_y < 0 else 1, :: -1 if right_x < 0 else 1]


def _cause(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".").lower()
