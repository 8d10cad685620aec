"""Each format's own rules: DAVIS, YouTube-VOS, MOTS, black and white masks, cut-outs, labelme."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from pycocotools import mask as coco_mask

from lipcore.evaluation.davis import evaluate
from lipcore.exchange import WRITABLE, Format, Selection, export, find_format
from lipcore.export.delivery.sequences import CutOutOptions
from lipcore.export.writers.labelme import LabelmeOptions
from lipcore.export.writers.sequences.davis import DavisOptions
from lipcore.export.writers.sequences.mots import MotsOptions, class_of
from lipcore.export.writers.sequences.youtube_vos import YoutubeVosOptions
from lipcore.palette import davis_palette
from tests.core.exchange import HEIGHT, WIDTH, export_all, hard_labels, labelled
from tests.helpers import ArrayVideo

REFERENCE = Path(__file__).parents[2] / "reference"


def noise_video(count: int) -> ArrayVideo:
    return ArrayVideo(np.random.default_rng(2).integers(0, 256, (count, HEIGHT, WIDTH, 3)).astype(np.uint8))


def test_davis_files_follow_the_official_readers_rules(tmp_path: Path) -> None:
    maps = hard_labels()
    export_all(labelled(maps), "davis", tmp_path / "out")
    files = sorted((tmp_path / "out" / "clip").iterdir())
    assert [path.name for path in files] == [f"{frame:05d}.png" for frame in range(len(maps))]
    for path, labels in zip(files, maps, strict=True):
        with Image.open(path) as picture:
            assert (picture.mode, picture.size) == ("P", (WIDTH, HEIGHT))
            np.testing.assert_array_equal(np.reshape(picture.getpalette(), (256, 3)), davis_palette())
            np.testing.assert_array_equal(np.array(picture), labels)


def test_davis_data_set_has_pictures_and_image_sets(tmp_path: Path) -> None:
    maps = hard_labels()[:2]
    options = DavisOptions(pictures=True)
    list(export(Selection(labelled(maps), pictures=noise_video(2)), find_format("davis"), tmp_path / "out", options))
    root = tmp_path / "out"
    assert (root / "ImageSets" / "2017" / "val.txt").read_text() == "clip\n"
    masks = sorted(path.stem for path in (root / "Annotations" / "Full-Resolution" / "clip").iterdir())
    frames = sorted(path.stem for path in (root / "JPEGImages" / "Full-Resolution" / "clip").iterdir())
    assert masks == frames == ["00000", "00001"]


def test_davis_data_set_passes_the_official_readers_rules(tmp_path: Path) -> None:
    """What the official reader asks of a data set at 480p, and our evaluation finds the masks to be the truth."""
    labels = np.zeros((480, 600), np.uint8)
    labels[100:200, 100:300], labels[250:300, 50:200], labels[400:] = 1, 2, 255
    maps = [np.roll(labels, 7 * frame, axis=1) for frame in range(4)]
    video = ArrayVideo(np.full((4, 480, 600, 3), 90, np.uint8))
    root = tmp_path / "DAVIS"
    list(export(Selection(labelled(maps), pictures=video), find_format("davis"), root, DavisOptions(pictures=True)))
    (name,) = (root / "ImageSets" / "2017" / "val.txt").read_text().split()
    pictures = sorted((root / "JPEGImages" / "480p" / name).glob("*.jpg"))
    masks = sorted((root / "Annotations" / "480p" / name).glob("*.png"))
    assert [path.stem for path in masks] == [path.stem for path in pictures] == [f"{frame:05d}" for frame in range(4)]
    for path, expected in zip(masks, maps, strict=True):
        with Image.open(path) as picture:
            pixels = np.array(picture)
        assert pixels.shape == expected.shape
        np.testing.assert_array_equal(np.where(pixels == 255, 0, pixels), np.where(expected == 255, 0, expected))
    with Image.open(masks[0]) as picture:
        assert set(np.unique(picture)) - {0, 255} == {1, 2}  # ids without a gap: the reader counts to the largest
    (score,) = evaluate(root / "Annotations" / "480p", root, 2017)
    assert [(one.region_statistics.mean, one.boundary_statistics.mean) for one in score.objects] == [(1, 1), (1, 1)]


def test_davis_calls_480_lines_480p(tmp_path: Path) -> None:
    labels = np.ones((480, 10), np.uint8)
    labels = np.repeat(labels, 60, axis=1)
    export_all(labelled([labels]), "davis", tmp_path / "out", DavisOptions(image_sets=True))
    assert (tmp_path / "out" / "Annotations" / "480p" / "clip" / "00000.png").is_file()


def test_youtube_vos_meta_lists_the_frames_where_an_object_is_seen(tmp_path: Path) -> None:
    maps = hard_labels()
    options = YoutubeVosOptions(pictures=True)
    form = find_format("youtube-vos")
    list(export(Selection(labelled(maps), pictures=noise_video(len(maps))), form, tmp_path / "out", options))
    meta = json.loads((tmp_path / "out" / "meta.json").read_text(encoding="utf-8"))
    objects = meta["videos"]["clip"]["objects"]
    assert objects["1"]["category"] == "Käse / 1"
    for number in (1, 3, 254):
        expected = [f"{frame:05d}" for frame, labels in enumerate(maps) if (labels == number).any()]
        assert objects[str(number)]["frames"] == expected
    for name in ("Annotations", "JPEGImages"):
        assert len(list((tmp_path / "out" / name / "clip").iterdir())) == len(maps)


def test_mots_png_is_sixteen_bit_class_and_id(tmp_path: Path) -> None:
    maps = hard_labels()
    export_all(labelled(maps), "mots-png", tmp_path / "out")
    for frame, labels in enumerate(maps):
        pixels = cv2.imread(str(tmp_path / "out" / "clip" / f"{frame:06d}.png"), cv2.IMREAD_UNCHANGED)
        assert pixels.dtype == np.uint16
        np.testing.assert_array_equal(pixels == 0, labels == 0)
        np.testing.assert_array_equal(pixels == 10000, labels == 255)
        inside = (labels > 0) & (labels < 255)
        np.testing.assert_array_equal(pixels[inside] % 1000, labels[inside])
        assert set((pixels[inside] // 1000).tolist()) <= {2}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
def test_mots_text_gives_the_masks_back_through_pycocotools(tmp_path: Path) -> None:
    maps = hard_labels()
    path = export_all(labelled(maps), "mots-txt", tmp_path / "out.txt", MotsOptions(first_number=1))
    rebuilt = [np.zeros_like(labels) for labels in maps]
    for line in path.read_text().splitlines():
        frame, identity, kind, height, width, code = line.split(" ")
        mask = coco_mask.decode({"size": [int(height), int(width)], "counts": code.encode()}).astype(bool)
        target = rebuilt[int(frame) - 1]
        assert not target[mask].any()
        assert (int(identity) // 1000) == int(kind)
        target[mask] = 255 if int(identity) == 10000 else int(identity) % 1000
    for labels, got in zip(maps, rebuilt, strict=True):
        np.testing.assert_array_equal(got, labels)


@pytest.mark.parametrize(("name", "kind"), [("Car 3", 1), ("person", 2), ("Pedestrian", 2), ("cart", 2), ("", 2)])
def test_mots_class_is_the_first_word(name: str, kind: int) -> None:
    assert class_of(name, MotsOptions()) == kind


def test_single_masks_have_every_frame_of_every_object(tmp_path: Path) -> None:
    maps = hard_labels()
    out = export_all(labelled(maps), "masks", tmp_path / "out")
    assert (out / "001 Käse _ 1").is_dir()
    for number, folder in ((3, "003 Object 3"), (255, "255 ignore"), (254, "254 Object 254")):
        files = sorted((out / folder).iterdir())
        assert len(files) == len(maps)
        for path, labels in zip(files, maps, strict=True):
            mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            np.testing.assert_array_equal(mask, np.where(labels == number, 255, 0))


@pytest.mark.parametrize("per_object", [False, True])
def test_cut_outs_keep_the_colours_and_are_opaque_on_the_object(tmp_path: Path, per_object: bool) -> None:
    maps, video = hard_labels()[:1], noise_video(1)
    options = CutOutOptions(per_object)
    list(export(Selection(labelled(maps), pictures=video), find_format("cutouts"), tmp_path / "out", options))
    path = tmp_path / "out" / f"clip_{'Object 2' if per_object else 'all'}_00000.png"
    with Image.open(path) as picture:
        pixels = np.array(picture)
    np.testing.assert_array_equal(pixels[..., :3], video[0])
    np.testing.assert_array_equal(pixels[..., 3] == 255, maps[0] == 2 if per_object else maps[0] > 0)


@pytest.mark.parametrize("pictures", [False, True])
def test_labelme_files_follow_the_schema(tmp_path: Path, pictures: bool) -> None:
    schema = Draft202012Validator(json.loads((REFERENCE / "labelme.schema.json").read_text(encoding="utf-8")))
    maps = hard_labels()
    selection = Selection(labelled(maps), pictures=noise_video(len(maps)))
    list(export(selection, find_format("labelme"), tmp_path / "out", LabelmeOptions(pictures)))
    files = sorted((tmp_path / "out").glob("0*.json"))
    assert len(files) == len(maps)
    for path in files:
        content = json.loads(path.read_text(encoding="utf-8"))
        schema.validate(content)
        assert (path.parent / content["imagePath"]).is_file() == pictures
    shape = json.loads(files[0].read_text(encoding="utf-8"))["shapes"][0]
    assert shape["points"] == [[2.0, 2.0], [39.0, 29.0]]


@pytest.mark.parametrize(
    "broken",
    [
        {"group_id": "7"},
        {"mask": None},
        {"points": [[1, 2]]},
        {"points": []},
        {"label": 3},
        {"shape_type": "blob"},
        {"flags": {"seen": 1}},
    ],
)
def test_the_schema_refuses_what_labelme_would(tmp_path: Path, broken: dict[str, object]) -> None:
    schema = Draft202012Validator(json.loads((REFERENCE / "labelme.schema.json").read_text(encoding="utf-8")))
    out = export_all(labelled(hard_labels()[:1]), "labelme", tmp_path / "out")
    content = json.loads((out / "00000.json").read_text(encoding="utf-8"))
    content["shapes"][0].update(broken)
    assert not schema.is_valid(content)


@pytest.mark.parametrize("form", [known for known in WRITABLE if not known.writer.suffix], ids=lambda known: known.name)
@pytest.mark.parametrize("flipped", [False, True])
def test_the_names_told_beforehand_are_those_written(tmp_path: Path, form: Format, flipped: bool) -> None:
    maps = hard_labels(ignore=False)
    selection = Selection(labelled(maps), 1, 6, pictures=noise_video(len(maps)))
    switches = {field.name: True for field in fields(form.writer.options) if field.default is False and flipped}
    options = form.writer.options(**switches)
    list(export(selection, form, tmp_path / "out", options))
    beside = {"data.yaml", "meta.json", "ImageSets/2017/val.txt", "ImageSets/Segmentation/default.txt"}
    beside |= {"labelmap.txt", "isat.yaml"}
    written = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    told = {name for frame in selection.frames for name in form.writer.names(selection, options, frame)}
    if form.name == "masks":  # an object that is seen somewhere has a mask in every frame
        assert told <= written
    else:
        assert told == {name for name in written if name not in beside and not name.startswith(".")}


@pytest.mark.parametrize("form", [form for form in WRITABLE if not form.writer.suffix], ids=lambda form: form.name)
def test_hidden_files_are_of_no_kind_that_programs_collect(form: Format, tmp_path: Path) -> None:
    """Programs read every *.json, *.png or *.txt of a folder, those with a dot in front, too."""
    if form.writer.needs_pictures(form.writer.options()):
        pytest.skip("shows the video's pictures")
    export_all(labelled(hard_labels()[:2]), form.name, tmp_path / "out")
    hidden = [path for path in (tmp_path / "out").rglob(".*") if path.is_file()]
    assert [path.suffix for path in hidden] == [""]
