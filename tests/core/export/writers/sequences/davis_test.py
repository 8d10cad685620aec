"""DAVIS: the official reader's rules, folders of whole data sets, and 480p."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from lipcore.evaluation.davis import evaluate
from lipcore.exchange import Selection, export, find_format
from lipcore.export.writers.sequences.davis import DavisOptions
from lipcore.palette import davis_palette
from tests.core.export.noise import noise_video
from tests.core.hard_labels import HEIGHT, WIDTH, export_all, hard_labels, labelled
from tests.helpers import ArrayVideo


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
