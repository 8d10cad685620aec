"""Whether the frames of a video change their size in mid-stream, seen from the headers in its packets."""

from __future__ import annotations

import re
from collections.abc import Iterator

import av
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from lipcore.video.streams.stream import DAMAGE
from lipcore.video.streams.vp9 import Size, Vp9Sizes

# Codecs whose headers FFmpeg itself finds in a packet.
_WITH_PARAMETER_SETS = frozenset("h264 hevc vvc av1 mpeg1video mpeg2video mpeg4 vc1".split())
_JPEG_FRAME = re.compile(rb"\xff[\xc0-\xc2]...{5}", re.DOTALL)
_HEADER_BYTES = 16  # bytes at the start of a VP8 keyframe, with the size in them
_PARAMETER_NAL = {"h264": 7, "hevc": 33}


class SizeCheck:
    """Collects the keyframes with a header that was not seen before; only those are decoded.

    Frames of VP9 may have another size without being keyframes: `may_change` says so as soon as one has.
    """

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._codec = stream.codec_context.codec.canonical_name
        self.may_change = False
        self._vp9, self._vp9_sizes = Vp9Sizes(), set[Size]()
        self._seen: set[bytes] = set()
        self._candidates: list[Packet[VideoStream]] = []
        extradata = stream.codec_context.extradata or b""
        self._length_bytes = _length_bytes(self._codec, extradata)
        self._filter: BitStreamFilterContext | None = None
        if self._codec in _WITH_PARAMETER_SETS and not self._length_bytes:
            self._filter = BitStreamFilterContext("extract_extradata", in_stream=stream)

    def look(self, packet: Packet[VideoStream]) -> None:
        """Take note of a packet, in the order of the file."""
        if self._codec == "vp9":
            self._vp9_sizes.update(self._vp9.shown(bytes(packet)))
            self.may_change = len(self._vp9_sizes) > 1
        if not packet.is_keyframe:
            return
        header = self._header(packet)
        if header not in self._seen:
            self._seen.add(header)
            if len(self._candidates) < 1000:
                self._candidates.append(packet)

    def change(self) -> tuple[Packet[VideoStream], tuple[int, int]] | None:
        """The first keyframe of another size than the first one, with its width and height; None if there is none."""
        first: tuple[int, int] | None = None
        for packet in self._candidates if len(self._candidates) > 1 else ():
            size = self._decoded_size(packet)
            first = first or size
            if size and size != first:
                return packet, size
        return None

    def _header(self, packet: Packet[VideoStream]) -> bytes:
        if packet.has_sidedata("new_extradata"):
            return bytes(packet.get_sidedata("new_extradata"))
        if self._length_bytes:
            return b"".join(_parameter_sets(bytes(packet), self._codec, self._length_bytes))
        if self._filter is not None:
            return self._extracted(packet)
        data = bytes(memoryview(packet)[:4096])
        if self._codec == "mjpeg":
            found = _JPEG_FRAME.search(data)
            return found.group()[4:9] if found else b""
        return data[3:_HEADER_BYTES] if self._codec == "vp8" else b""

    def _extracted(self, packet: Packet[VideoStream]) -> bytes:
        assert self._filter is not None
        copy = av.Packet(bytes(packet))
        copy.time_base = packet.time_base
        try:
            for filtered in self._filter.filter(copy):
                if filtered.has_sidedata("new_extradata"):
                    return bytes(filtered.get_sidedata("new_extradata"))
        except DAMAGE:
            self._filter.flush()
        return b""

    def _decoded_size(self, packet: Packet[VideoStream]) -> tuple[int, int] | None:
        source = self._stream.codec_context
        decoder = av.CodecContext.create(source.name, "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.extradata, decoder.thread_type = source.extradata, "SLICE"
        try:
            for frame in [*decoder.decode(packet), *decoder.decode(None)]:
                if isinstance(frame, VideoFrame):
                    return frame.width, frame.height
        except DAMAGE:
            return None
        return None


def _length_bytes(codec: str, extradata: bytes) -> int:
    """How many bytes say the length of a NAL unit, as in MP4; 0 for streams with start codes or without NAL units."""
    if codec == "h264" and len(extradata) > 6 and extradata[0] == 1:
        return (extradata[4] & 3) + 1
    if codec == "hevc" and len(extradata) > 22 and extradata[0] == 1:
        return (extradata[21] & 3) + 1
    return 0


def _parameter_sets(data: bytes, codec: str, length_bytes: int) -> Iterator[bytes]:
    position = 0
    while position + length_bytes < len(data):
        length = int.from_bytes(data[position : position + length_bytes], "big")
        position += length_bytes
        kind = data[position] & 0x1F if codec == "h264" else data[position] >> 1 & 0x3F
        if kind == _PARAMETER_NAL[codec]:
            yield data[position : position + length]
        position += length
