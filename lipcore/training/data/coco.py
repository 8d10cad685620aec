"""Reader of COCO instance annotations: polygons and run lengths become label maps, crowds become ignore."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.masks import IGNORE
from lipcore.training.data.store import DEFAULT_BUDGET, Picture, StillEntry, TrainingData, read_image

LARGEST_ID = 254


def open_coco(
    images_folder: Path, annotations_json: Path, budget: int = DEFAULT_BUDGET, unlabelled_objects: bool = False
) -> TrainingData:
    """Read every image with annotations; classes are COCO's category ids; LipError if a file or a field is missing."""
    try:
        content = json.loads(annotations_json.read_text(encoding="utf-8"))
        records = {int(record["id"]): record for record in content["images"]}
        by_image: dict[int, list[dict[str, Any]]] = {}
        for annotation in content["annotations"]:
            kept = {key: annotation[key] for key in ("id", "category_id", "segmentation")}
            kept["iscrowd"] = annotation.get("iscrowd", 0)
            by_image.setdefault(int(annotation["image_id"]), []).append(kept)
        names = {number: str(record["file_name"]) for number, record in records.items()}
        sizes = {number: (int(record["height"]), int(record["width"])) for number, record in records.items()}
    except OSError as error:
        raise LipError(f"Cannot read {annotations_json}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LipError(f"Cannot read {annotations_json}: it is not a COCO instance annotation file.") from error
    entries = []
    for number, instances in by_image.items():
        if number not in records:
            raise LipError(f"Cannot read {annotations_json}: it annotates the image {number}, which it does not list.")
        entries.append(_entry(images_folder, names[number], sizes[number], instances, unlabelled_objects))
    if not entries:
        raise LipError(f"Cannot train on {annotations_json}: it has no annotations.")
    return TrainingData(entries, (), budget)


def _entry(
    folder: Path, name: str, size: tuple[int, int], annotations: list[dict[str, Any]], unlabelled_objects: bool
) -> StillEntry:
    path = folder / name
    if not path.is_file():
        raise LipError(f"Cannot read {path}: the annotations name it, but it does not exist.")
    instances = [annotation for annotation in annotations if not annotation["iscrowd"]][:LARGEST_ID]
    taken = {id(annotation) for annotation in instances}
    ignored = [annotation for annotation in annotations if id(annotation) not in taken]
    classes = {number: int(annotation["category_id"]) for number, annotation in enumerate(instances, start=1)}
    load = partial(
        load_coco_picture,
        path,
        size,
        [annotation["segmentation"] for annotation in instances],
        [annotation["segmentation"] for annotation in ignored],
    )
    return StillEntry(f"coco/{name}", load, classes, unlabelled_objects)


def load_coco_picture(path: Path, size: tuple[int, int], instances: Sequence[Any], ignored: Sequence[Any]) -> Picture:
    """Decode an image and draw its segmentations, small ones over large ones; `ignored` become 255 where nothing is."""
    image = read_image(path)
    if image.shape[:2] != size:
        raise LipError(
            f"Cannot use {path}: it is {image.shape[1]} x {image.shape[0]}, its annotations {size[1]} x {size[0]}."
        )
    labels = np.zeros(size, np.uint8)
    for segmentation in ignored:
        labels[decode_segmentation(segmentation, size, path)] = IGNORE
    masks = [decode_segmentation(segmentation, size, path) for segmentation in instances]
    areas = [int(mask.sum()) for mask in masks]
    for index in sorted(range(len(masks)), key=lambda index: -areas[index]):
        labels[masks[index]] = index + 1
    return image, labels


def decode_segmentation(segmentation: Any, size: tuple[int, int], path: Path) -> NDArray[np.bool_]:  # noqa: ANN401
    """A COCO segmentation (polygons, or compressed or plain run lengths) as (H, W) bool; LipError if it is neither."""
    height, width = size
    try:
        if isinstance(segmentation, Mapping):
            runs = segmentation
            if isinstance(runs["counts"], list):
                runs = coco_mask.frPyObjects(runs, height, width)
        else:
            polygons = [polygon for polygon in segmentation if len(polygon) >= 6]
            if not polygons:
                return np.zeros(size, np.bool_)
            runs = coco_mask.merge(coco_mask.frPyObjects(polygons, height, width))
        mask = np.asarray(coco_mask.decode(runs)).astype(np.bool_)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise LipError(f"Cannot read the annotations of {path}: a segmentation is damaged.") from error
    if mask.shape != size:
        raise LipError(f"Cannot read the annotations of {path}: a segmentation has another size.")
    return mask
