"""Label maps: what a mask file means, and what is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from lipcore.errors import LipError
from lipcore.masks import binary_mask, decode_label_map, encode_label_map, object_ids, read_label_map, write_label_map
from lipcore.palette import davis_palette


def png(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def png_of(pixels: NDArray[np.generic]) -> bytes:
    return png(Image.fromarray(pixels))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def header_only(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"PLTE", b"\0" * 768) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


ALL_IDS = np.arange(256, dtype=np.uint8).reshape(8, 32)


def test_written_and_read_back_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "00000.png"
    write_label_map(path, ALL_IDS)
    assert np.array_equal(read_label_map(path), ALL_IDS)
    with Image.open(path) as picture:
        assert picture.mode == "P"
        assert picture.getpalette() == davis_palette().ravel().tolist()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (480, 854)])
def test_any_size_and_any_memory_order(shape: tuple[int, int]) -> None:
    labels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert np.array_equal(decode_label_map(encode_label_map(labels), "m"), labels)
    assert np.array_equal(decode_label_map(encode_label_map(labels.T[::-1]), "m"), labels.T[::-1])


def test_encoding_is_deterministic_and_refuses_other_arrays() -> None:
    assert encode_label_map(ALL_IDS) == encode_label_map(ALL_IDS.copy())
    for wrong in (ALL_IDS.astype(np.int32), ALL_IDS[None], ALL_IDS[:0]):
        with pytest.raises(ValueError, match="a label map is"):
            encode_label_map(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_indexed_pictures_of_every_depth_give_their_indices(bits: int) -> None:
    labels = ALL_IDS & np.uint8(2**bits - 1)
    picture = Image.fromarray(labels)
    picture.putpalette([7, 7, 7, 9, 9, 9, 1, 2, 3] * 85 + [0, 0, 0])
    assert np.array_equal(decode_label_map(png(picture, bits=bits), "m"), labels)


CHECKER = (np.indices((6, 8)).sum(axis=0) % 2).astype(np.uint8)


@pytest.mark.parametrize(
    "pixels",
    [
        CHECKER,
        CHECKER * np.uint8(255),
        CHECKER.astype(np.uint16),
        CHECKER.astype(np.uint16) * np.uint16(65535),
        CHECKER.astype(bool),
        np.repeat(CHECKER[..., None] * np.uint8(255), 3, axis=2),
        np.repeat(CHECKER[..., None], 3, axis=2),
        np.dstack([CHECKER * np.uint8(255)] * 3 + [np.full_like(CHECKER, 255)]),
    ],
    ids=["0/1", "0/255", "16 bit 0/1", "16 bit 0/65535", "1 bit", "RGB 0/255", "RGB 0/1", "RGBA"],
)
def test_two_grey_values_are_one_object(pixels: NDArray[np.generic]) -> None:
    assert np.array_equal(decode_label_map(png_of(pixels), "m"), CHECKER)


def test_grey_and_alpha_and_grey_palette_are_one_object() -> None:
    white = Image.fromarray(CHECKER * np.uint8(255))
    assert np.array_equal(decode_label_map(png(white.convert("LA")), "m"), CHECKER)
    assert np.array_equal(decode_label_map(png(white.convert("P")), "m"), CHECKER)


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (1, 1), (255, 1)])
def test_grey_pictures_of_one_value(value: int, expected: int) -> None:
    assert (decode_label_map(png_of(np.full((4, 5), value, np.uint8)), "m") == expected).all()


def test_indexed_255_is_ignore() -> None:
    labels = np.where(CHECKER == 1, 255, 0).astype(np.uint8)
    assert np.array_equal(decode_label_map(encode_label_map(labels), "m"), labels)


def test_rgb_of_the_davis_palette() -> None:
    assert np.array_equal(decode_label_map(png_of(davis_palette()[ALL_IDS]), "m"), ALL_IDS)
    older = davis_palette()[ALL_IDS % 16].copy()
    older[older == 192] = 191
    assert np.array_equal(decode_label_map(png_of(older), "m"), ALL_IDS % 16)


def soft(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    large = Image.fromarray(pixels * np.uint8(255)).resize((64, 48), Image.Resampling.BILINEAR)
    return np.asarray(large)


def half_transparent() -> NDArray[np.uint8]:
    return np.dstack([np.full_like(CHECKER, 255)] * 3 + [CHECKER * np.uint8(128)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png_of(soft(CHECKER)), "its edges look antialiased"),
        (png_of(np.repeat(soft(CHECKER)[..., None], 3, axis=2)), "not in the DAVIS palette"),
        (png_of(np.full((4, 4, 3), (12, 200, 7), np.uint8)), r"its colour \(12, 200, 7\) is not in the DAVIS palette"),
        (png_of(ALL_IDS % 5), "5 values and its values could be ids or shades"),
        (png_of(np.arange(300, dtype=np.uint16).reshape(10, 30)), "300 different values and at most 254 objects"),
        (png_of(half_transparent()), "partly transparent"),
        (b"", "the file is empty"),
        (b"GIF89a", "it is not a PNG file"),
        (encode_label_map(ALL_IDS)[:-20], "the file is cut off"),
        (encode_label_map(ALL_IDS)[:900], "the file is cut off"),
        (header_only(60000, 60000), "60000 x 60000 pixels are more than the 64 million allowed"),
        (header_only(0, 5), "the picture has no pixels"),
        (header_only(8, 8), "the file is damaged"),
        (header_only(8, 8).replace(b"IHDR", b"IHDQ"), "the file is damaged"),
    ],
)
def test_refused_with_one_sentence(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "00000.png"
    path.write_bytes(data)
    with pytest.raises(LipError, match=f"^Cannot read the mask .*00000.png: .*{reason}.*\\.$") as caught:
        read_label_map(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="it does not exist"):
        read_label_map(tmp_path / "none.png")
    with pytest.raises(LipError, match="it is a folder"):
        read_label_map(tmp_path)


def test_one_flipped_byte_of_the_pixels_is_noticed() -> None:
    data = bytearray(encode_label_map(ALL_IDS))
    data[data.index(b"IDAT") + 12] ^= 1
    with pytest.raises(LipError, match="the file is damaged"):
        decode_label_map(bytes(data), "m")


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_mutated_pictures_give_a_label_map_or_a_sentence(data: st.DataObject) -> None:
    """Mutations inside chunks get right checksums, so that they reach the decoder."""
    source = data.draw(st.sampled_from([encode_label_map(ALL_IDS), png_of(CHECKER), png_of(davis_palette()[ALL_IDS])]))
    if data.draw(st.booleans()):
        position = data.draw(st.integers(0, len(source) - 1))
        mutated = (
            source[:position] + data.draw(st.binary(max_size=8)) + source[position + data.draw(st.integers(0, 8)) :]
        )
    else:
        mutated, position = source[:8], 8
        while position < len(source):
            length = struct.unpack_from(">I", source, position)[0]
            name, content = source[position + 4 : position + 8], bytearray(source[position + 8 : position + 8 + length])
            if content and data.draw(st.booleans()):
                content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
            mutated += chunk(name, bytes(content))
            position += 12 + length
    try:
        labels = decode_label_map(mutated, "m.png")
    except LipError:
        return
    assert labels.dtype == np.uint8
    assert labels.ndim == 2


def test_foreground_and_ids() -> None:
    labels = np.array([[0, 3, 255, 254]], np.uint8)
    assert binary_mask(labels).tolist() == [[False, True, False, True]]
    assert object_ids(labels) == [3, 254]
    assert object_ids(np.zeros((2, 2), np.uint8)) == []


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("missing", [1, 2, 4, 7])
def test_a_file_without_all_of_its_rows_is_damaged(missing: int, interlaced: bool) -> None:
    """Its stream ends well and every checksum is right: decoders take such a file as whole."""
    passes = [(1, 4), (1, 4), (1, 8), (2, 8), (2, 16), (4, 16), (4, 32)] if interlaced else [(8, 32)]
    rows = b"".join((b"\0" + bytes([7]) * columns) * count for count, columns in passes)
    stream = zlib.compress(rows[: len(rows) - missing * 33])
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 8, 8, 3, 0, 0, int(interlaced)))
    start, end = b"\x89PNG\r\n\x1a\n" + header + chunk(b"PLTE", bytes(768)), chunk(b"IEND", b"")
    halves = chunk(b"IDAT", stream[:5]) + chunk(b"IDAT", stream[5:])
    with pytest.raises(LipError, match="rows of pixels are missing"):
        decode_label_map(start + halves + end, "m")
    whole = chunk(b"IDAT", zlib.compress(rows))
    assert np.array_equal(decode_label_map(start + whole + end, "m"), np.full((8, 32), 7))
