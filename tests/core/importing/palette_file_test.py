"""Palettes of people's own: as other programs write them, and masks in their colours."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lipcore.cli.main import main
from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, open_import
from lipcore.importing.palette_file import read_palette
from lipcore.runs.annotation_files import read_annotations
from tests.core.hard_labels import labelled
from tests.helpers import write_moving_square

RED, GREEN = (200, 30, 90), (12, 200, 40)
KINDS = {
    "gimp.gpl": "GIMP Palette\nName: mine\nColumns: 2\n#\n  0   0   0\tIndex 0\n 12 200  40\tcat\n200  30  90\tdog 2\n",
    "jasc.pal": "JASC-PAL\n0100\n3\n0 0 0\n12 200 40\n200 30 90\n",
    "labelmap.txt": "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:12,200,40::\ndog 2:200,30,90::\n",
    "classes.csv": "\ufeffname,r,g,b\r\nvoid,255,255,255\r\ncat,12,200,40\r\ndog 2,200,30,90\r\n",
    "snap.txt": '# IDX R G B A VIS MSH\n0 0 0 0 0 0 0 "Clear Label"\n'
    '1 12 200 40 1 1 1 "cat"\n2 200 30 90 1 1 1 "dog 2"\n',
    "numbered.csv": "2;dog 2;200;30;90\n1;cat;12;200;40\n",
    "hex.txt": "#0cc828 cat\n#c81e5a dog 2\n",
    "named.json": json.dumps({"cat": list(GREEN), "dog 2": "#c81e5a"}),
    "ids.json": json.dumps({"0": [0, 0, 0], "2": list(RED), "1": [*GREEN, 255]}),
    "list.json": json.dumps(
        [{"id": 2, "name": "dog 2", "color": "#C81E5A"}, {"id": 1, "name": "cat", "color": [12, 200, 40]}]
    ),
}


def painted(size: tuple[int, int] = (48, 64)) -> np.ndarray:
    """Green on the left and red on the right, on black."""
    picture = np.zeros((*size, 3), np.uint8)
    picture[5:40, 4:20], picture[5:40, 30:60] = GREEN, RED
    return picture


def truth() -> np.ndarray:
    labels = np.zeros((48, 64), np.uint8)
    labels[5:40, 4:20], labels[5:40, 30:60] = 1, 2
    return labels


@pytest.mark.parametrize("name", KINDS)
def test_palettes_of_many_programs_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(KINDS[name], encoding="utf-8", newline="")
    palette = read_palette(tmp_path / name)
    assert palette.ids[0] == 0
    assert palette.ids[0x0CC828] == 1
    assert palette.ids[0xC81E5A] == 2
    assert palette.ids.get(0xFFFFFF, 255) == 255
    if name not in ("jasc.pal", "ids.json"):
        assert palette.names == {1: "cat", 2: "dog 2"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no line with a colour"),
        ("hello\n1 2\n", "no line with a colour"),
        ("[1, [2, 3]]", "no line with a colour"),
        ("{" * 9000, "no line with a colour"),
        ("1 9 9 9\n2 9 9 9\n", "#090909 stands for two ids"),
        ("300 9 9 9\n", "ids are 1 to 254"),
        ("\n".join(f"{n // 250} {n % 250} 7" for n in range(300)), "ids are 1 to 254"),
    ],
)
def test_what_is_no_palette_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "palette.txt"
    path.write_text(text)
    with pytest.raises(LipError, match=words):
        read_palette(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LipError, match="is no text"):
        read_palette(path)


def test_masks_are_read_by_the_palette_and_not_by_the_order_of_appearance(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps({"9": list(GREEN), "4": list(RED)}))
    masks = tmp_path / "masks"
    masks.mkdir()
    Image.fromarray(painted()).save(masks / "00000.png")
    Image.fromarray(painted()).quantize(8).save(masks / "00001.png")
    clear = np.dstack([painted(), np.where(truth() == 1, 0, 255).astype(np.uint8)])
    Image.fromarray(clear).save(masks / "00002.png")
    soft = cv2.GaussianBlur(painted(), (3, 3), 0)
    Image.fromarray(soft).save(masks / "00003.png")
    video = labelled([np.zeros((48, 64), np.uint8)] * 4)
    opened = open_import(masks, video, options=ImportOptions(values=str(tmp_path / "p.json")))
    assert opened.objects[9].colour == GREEN
    assert opened.origins == {9: "colour #0cc828", 4: "colour #c81e5a"}
    frames = list(opened.read())
    expected = np.array([0, 9, 4], np.uint8)[truth()]
    assert np.array_equal(frames[0].labels, expected)
    assert np.array_equal(frames[1].labels, expected)
    assert np.array_equal(frames[2].labels, np.where(expected == 9, 0, expected))
    assert (frames[3].labels != expected).mean() < 0.02
    assert "soft edges were made hard" in frames[3].notes[0]
    (tmp_path / "p.json").write_text(json.dumps({"9": list(GREEN)}))
    with pytest.raises(LipError, match=r"its colour #c81e5a is not in p\.json\.$"):
        open_import(masks, video, options=ImportOptions(values=str(tmp_path / "p.json")))


def test_the_commands_take_a_palette(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    video = write_moving_square(tmp_path / "video")
    palette = tmp_path / "colours.gpl"
    palette.write_text(KINDS["gimp.gpl"])
    mask = tmp_path / "00000.png"
    Image.fromarray(painted()).save(mask)
    arguments = ["--project", str(tmp_path / "p.lip"), "--video", str(video.path), "--mask-values", str(palette)]
    assert main(["import", str(mask), *arguments]) == 0
    assert "cat (colour #0cc828) → object 1, new" in capsys.readouterr().out
    out = tmp_path / "coco.json"
    assert main(["convert", str(mask), "--to", "coco", "--out", str(out), "--mask-values", str(palette)]) == 0
    assert [each["name"] for each in json.loads(out.read_text())["categories"]][:1] == ["cat"]
    palette = palette.rename(tmp_path / "colours.json")
    palette.write_text(KINDS["named.json"])
    for source, target in ((mask, palette), (out, out)):
        before = target.read_bytes()
        again = ["convert", str(source), "--to", "coco", "--overwrite", "--out", str(target)]
        assert main([*again, "--mask-values", str(palette)]) == 1
        assert target.read_bytes() == before
        assert "it is the input" in capsys.readouterr().err
    for wrong in ("colours", str(tmp_path)):
        assert main(["import", str(mask), *arguments[:-1], wrong]) == 2
    assert "expected auto, ids, shades or the file of a palette" in capsys.readouterr().err
    from lipcore.video import open_video

    with open_video(video.path) as opened:
        assert np.array_equal(read_annotations(mask, opened, values=str(palette))[0], truth())
