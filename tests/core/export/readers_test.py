"""What LIP writes, read by the libraries of the formats themselves, where these are installed; else skipped.

`pip install datumaro`, `label-studio-sdk`, `supervisely` or `isat-sam` in an environment of its own, with lipcore and
pytest.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lipcore.exchange import Selection, export, find_format, open_import
from lipcore.export.brush_code import decode_brush
from tests.core.hard_labels import hard_labels, labelled

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries
MAPS = hard_labels()[:6]
SOURCE = labelled(MAPS)
IDS = {item.name: number for number, item in SOURCE.objects.items()}


class Pictures:
    """Grey frames."""

    path = Path("grey")
    frame_seconds: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(MAPS)

    def __getitem__(self, frame: int, /) -> np.ndarray:
        return np.full((*MAPS[frame].shape, 3), 90, np.uint8)


def written(form: str, target: Path) -> Path:
    """An export with pictures, as these libraries want it."""
    writer = find_format(form).writer
    switches = {"pictures": True} if "pictures" in writer.options.__dataclass_fields__ else {}
    list(export(Selection(SOURCE, pictures=Pictures()), find_format(form), target, writer.options(**switches)))
    return target


def read_by_datumaro(path: Path, form: str) -> list[np.ndarray]:
    """Label maps by the names of the objects; what is ignored is left out."""
    dataset = pytest.importorskip("datumaro.components.dataset").Dataset.import_from(str(path), form)
    kinds = pytest.importorskip("datumaro.components.annotation").AnnotationType
    labels: Any = dataset.categories()[kinds.label]
    items = {item.id.split("/")[-1]: item for item in dataset}
    found = []
    for frame in range(len(MAPS)):
        read = np.zeros_like(MAPS[frame])
        for annotation in items[f"{frame:05d}"].annotations:
            name = labels[annotation.label].name
            if annotation.type == kinds.mask and name in IDS:
                read[annotation.image.astype(bool)] = IDS[name]
        found.append(read)
    return found


@pytest.mark.parametrize("form", ["datumaro", "cvat", "voc"])
def test_datumaro_reads(tmp_path: Path, form: str) -> None:
    pytest.importorskip("datumaro")
    if form == "cvat":
        pictures = written("datumaro", tmp_path / "pictures") / "images" / "default"
        shutil.copytree(pictures, tmp_path / "in" / "images")
        written("cvat", tmp_path / "annotations.xml").rename(tmp_path / "in" / "annotations.xml")
    else:
        written(form, tmp_path / "in")
    found = read_by_datumaro(tmp_path / "in", {"voc": "voc_instance_segmentation"}.get(form, form))
    for frame, labels in enumerate(MAPS):
        np.testing.assert_array_equal(found[frame], np.where(labels == 255, 0, labels))


@pytest.mark.parametrize("form", ["coco", "cvat", "voc", "datumaro"])
def test_what_datumaro_writes_is_read(tmp_path: Path, form: str) -> None:
    written("datumaro", tmp_path / "in")
    dataset = pytest.importorskip("datumaro.components.dataset").Dataset.import_from(str(tmp_path / "in"), "datumaro")
    dataset.export(str(tmp_path / "out"), form, save_media=True)
    opened = open_import(tmp_path / "out", SOURCE)
    names = {number: item.name for number, item in opened.objects.items()}
    for step in opened.read():
        ids = np.array([IDS.get(names.get(number, ""), 0) for number in range(256)])
        np.testing.assert_array_equal(ids[step.labels], np.where(MAPS[step.frame] == 255, 0, MAPS[step.frame]))


def test_label_studio_reads_and_is_read(tmp_path: Path) -> None:
    brush = pytest.importorskip("label_studio_sdk.converter.brush")
    tasks = json.loads(written("label-studio", tmp_path / "a.json").read_text(encoding="utf-8"))
    for labels, task in zip(MAPS, tasks, strict=True):
        found = np.zeros_like(labels)
        for result in task["annotations"][0]["result"]:
            pixels = brush.decode_rle(result["value"]["rle"]).reshape(*labels.shape, 4)
            found[pixels[..., 3] > 0] = int(result["id"].removeprefix("object-"))
        np.testing.assert_array_equal(found, labels)
    mask = MAPS[0] == 1
    code = brush.encode_rle(np.repeat(np.where(mask, 255, 0).astype(np.uint8).ravel(), 4))
    np.testing.assert_array_equal(decode_brush(code, *mask.shape, "x"), mask)


def test_supervisely_reads(tmp_path: Path) -> None:
    supervisely = pytest.importorskip("supervisely")
    project = supervisely.Project(str(written("supervisely", tmp_path / "in")), supervisely.OpenMode.READ)
    (dataset,) = list(project)
    for frame, name in enumerate(sorted(dataset.get_items_names())):
        annotation = supervisely.Annotation.load_json_file(dataset.get_ann_path(name), project.meta)
        found = np.zeros_like(MAPS[frame])
        for label in annotation.labels:
            canvas = np.zeros_like(found)
            label.geometry.draw(canvas, 1)
            found[canvas > 0] = int(label.tags.get("object_id").value)
        np.testing.assert_array_equal(found, MAPS[frame])


def test_isat_opens_the_folder_and_its_files_and_what_it_saves_is_the_same(tmp_path: Path) -> None:
    annotation = pytest.importorskip("ISAT.annotation", exc_type=ImportError)
    reader = pytest.importorskip("ISAT.formats.isat", exc_type=ImportError).ISAT()
    path = written("isat", tmp_path / "isat")
    assert reader.read_from_ISAT(str(path))
    assert sorted(reader.annos) == [f"{frame:05d}" for frame in range(len(MAPS))]
    assert set(reader.cates) >= set(IDS)
    again = tmp_path / "again"
    again.mkdir()
    for frame in range(len(MAPS)):
        name = f"{frame:05d}"
        opened = annotation.Annotation(str(path / f"{name}.jpg"), str(path / f"{name}.json")).load_annotation()
        assert (opened.height, opened.width) == MAPS[frame].shape
        opened.label_path = str(again / f"{name}.json")
        opened.save_annotation()
    for step in open_import(again, SOURCE, "isat").read():
        assert np.array_equal(step.labels, MAPS[step.frame])
