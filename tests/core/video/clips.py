"""Video files of the kinds that cameras, editors and downloads leave behind, made from a plain one."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

MATRICES = {
    "mirror": (-1, 0, 0, 1),
    "flip": (1, 0, 0, -1),
    "turn": (-1, 0, 0, -1),
    "clockwise": (0, 1, -1, 0),
    "anticlockwise": (0, -1, 1, 0),
    "transpose": (0, 1, 1, 0),
    "transverse": (0, -1, -1, 0),
}
"""Display matrices by what they do: where a step right leads, (right, down), and where a step down leads."""


def copy(source: Path, target: Path, start: int = 0, stop: int | None = None, shift: int = 0) -> Path:
    """Another container with the same packets, as `ffmpeg -c copy` makes it.

    What is before the frame `start` and from `stop` on is cut away without re-encoding: in MP4 and MOV the packets
    stay and an edit list hides them. `shift` moves the clock, in frames.
    """
    with av.open(str(source)) as reader, av.open(str(target), "w", options={"max_interleave_delta": "0"}) as writer:
        stream = reader.streams.video[0]
        written = writer.add_stream_from_template(stream)
        frame = round(1 / (stream.average_rate * stream.time_base))
        for packet in reader.demux(stream):
            if packet.dts is None or (stop is not None and packet.dts >= (stop - 2) * frame):
                continue
            packet.pts, packet.dts = packet.pts + (shift - start) * frame, packet.dts + (shift - start) * frame
            packet.stream = written
            writer.mux(packet)
    return target


def join(target: Path, *parts: Path) -> Path:
    """Recordings one after the other, as `cat` joins them."""
    target.write_bytes(b"".join(part.read_bytes() for part in parts))
    return target


def cut(source: Path, target: Path, part: float) -> Path:
    """The beginning of a file: `part` of its bytes."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * part)])
    return target


def set_matrix(path: Path, name: str) -> Path:
    """Write one of `MATRICES` into the track header of an MP4."""
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 40
    a, b, c, d = MATRICES[name]
    matrix = np.array([a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30], ">i4")
    data[place : place + 36] = matrix.tobytes()
    path.write_bytes(data)
    return path


def pack(source: Path, target: Path) -> Path:
    """MPEG-4 with single B-frames packed as XviD does: P and B in one packet, then one that says "no picture"."""
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        stream = reader.streams.video[0]
        written = writer.add_stream_from_template(stream)
        packets = [packet for packet in reader.demux(stream) if packet.size]
        datas = [bytes(packet) for packet in packets]
        datas[0] = datas[0].replace(b"\0\0\x01\xb6", b"\0\0\x01\xb2DivX503b1393p\0\0\x01\xb6", 1)
        for number in range(1, len(datas)):
            if _coding_type(datas[number]) == 2:
                datas[number - 1] += datas[number]
                datas[number] = b"\0\0\x01\xb6\x50\x1f"
        for number, (packet, data) in enumerate(zip(packets, datas, strict=True)):
            packed = av.Packet(data)
            packed.pts = packed.dts = number
            packed.time_base = 1 / stream.average_rate
            packed.is_keyframe, packed.stream = packet.is_keyframe, written
            writer.mux(packed)
    return target


def _coding_type(data: bytes) -> int:
    """0, 1 or 2 for an I-, P- or B-picture of MPEG-4."""
    return data[data.index(b"\0\0\x01\xb6") + 4] >> 6
