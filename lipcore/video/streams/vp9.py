"""The sizes of the frames in a VP9 stream, which may change without a keyframe, from the headers of its packets."""

from __future__ import annotations

from collections.abc import Iterator

_SYNC = 0x498342
_SRGB = 7
_SLOTS = 8  # frames that the decoder keeps for reference

Size = tuple[int, int]


class Vp9Sizes:
    """Follows a stream from a keyframe on: which size every frame has, and those kept for reference."""

    def __init__(self) -> None:
        self._slots: list[Size | None] = [None] * _SLOTS

    def shown(self, packet: bytes) -> list[Size]:
        """Width and height of the frames that a packet shows; those that cannot be told are left out."""
        found = []
        for frame in _frames(packet):
            try:
                size = self._size(_Bits(frame))
            except ValueError:  # damaged
                continue
            if size is not None:
                found.append(size)
        return found

    def _size(self, bits: _Bits) -> Size | None:
        """The size of a frame if it is shown."""
        if bits.read(2) != 2:
            return None
        profile = bits.read(1) + 2 * bits.read(1)
        bits.read(1 if profile == 3 else 0)
        if bits.read(1):  # a frame that was kept is shown
            return self._slots[bits.read(3)]
        is_key, is_shown, resists_errors = not bits.read(1), bits.read(1), bits.read(1)
        size: Size | None
        if is_key:
            bits.skip_start(profile, has_colours=True)
            refreshed, size = 255, bits.size()
        else:
            is_intra = not is_shown and bits.read(1)
            bits.read(0 if resists_errors else 2)
            if is_intra:
                bits.skip_start(profile, has_colours=profile > 0)
                refreshed, size = bits.read(8), bits.size()
            else:
                refreshed, size = bits.read(8), self._referred_size(bits)
        for slot in range(_SLOTS):
            if refreshed >> slot & 1:
                self._slots[slot] = size
        return size if is_shown else None

    def _referred_size(self, bits: _Bits) -> Size | None:
        """The size of a frame that may have that of one of the three it refers to."""
        references = [bits.read(4) >> 1 for _ in range(3)]
        for slot in references:
            if bits.read(1):
                return self._slots[slot]
        return bits.size()


class _Bits:
    """Reads whole numbers of some bits, zeros after the end."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data[:40].ljust(40, b"\0"), "big"), 320

    def read(self, count: int) -> int:
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def skip_start(self, profile: int, has_colours: bool) -> None:
        """Pass over what is before the size of a frame that refers to no other; ValueError if it is none."""
        if self.read(24) != _SYNC:
            raise ValueError("no frame starts so")
        if not has_colours:
            return
        self.read(1 if profile >= 2 else 0)
        is_srgb, is_sampled = self.read(3) == _SRGB, profile in (1, 3)
        self.read(is_sampled if is_srgb else 1 + 3 * is_sampled)

    def size(self) -> Size:
        return self.read(16) + 1, self.read(16) + 1


def _frames(packet: bytes) -> Iterator[bytes]:
    """The frames of a packet, which ends in a list of their lengths if there are several."""
    last = packet[-1] if packet else 0
    count, width = (last & 7) + 1, (last >> 3 & 3) + 1
    lengths = packet[-(2 + count * width) :]
    if last & 0xE0 != 0xC0 or lengths[:1] != packet[-1:]:
        yield packet
        return
    place = 0
    for number in range(count):
        length = int.from_bytes(lengths[1 + number * width : 1 + (number + 1) * width], "little")
        yield packet[place : place + length]
        place += length
