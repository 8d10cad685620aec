"""Readers of training data: the image/mask pack, DAVIS 2016 and 2017, YouTube-VOS and (from `coco`) COCO."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np

from lipcore.errors import LipError
from lipcore.files import list_images, natural_key
from lipcore.masks import IGNORE, read_label_map
from lipcore.training.data.coco import open_coco
from lipcore.training.data.store import (
    DEFAULT_BUDGET,
    Picture,
    Still,
    StillEntry,
    TrainingData,
    VideoEntry,
    read_image,
)

__all__ = [
    "Still",
    "TrainingData",
    "open_coco",
    "open_davis",
    "open_training_pack",
    "open_youtube_vos",
]

# Sources of the pack whose masks join instances that touch: no training object by object.
UNUSED_SOURCES = frozenset({"cfcnet"})

# Sources of the pack that label one class, or what is salient: their background may hold real objects.
PARTLY_LABELLED_SOURCES = frozenset(
    {
        "balloon",
        "ccp",
        "coco_person",
        "davis16train",
        "duts_tr",
        "feralcats",
        "segtrack",
        "sod",
    }
)


def open_training_pack(root: Path, budget: int = DEFAULT_BUDGET) -> TrainingData:
    """Read `static/<source>/{images,masks}` and `video/<source>/<sequence>/{images,masks}`; LipError if incomplete."""
    static = [folder for folder in _folders(root / "static") if folder.name not in UNUSED_SOURCES]
    video = [folder for folder in _folders(root / "video") if folder.name not in UNUSED_SOURCES]
    if not static and not video:
        raise LipError(f"Cannot read the training data {root}: it has neither static nor video sources.")
    stills = [entry for source in static for entry in _pack_entries(source, source.name, f"static/{source.name}")]
    videos = [
        VideoEntry(
            f"video/{source.name}/{folder.name}",
            tuple(_pack_entries(folder, source.name, f"video/{source.name}/{folder.name}")),
        )
        for source in video
        for folder in _folders(source)
    ]
    return TrainingData(stills, videos, budget)


def open_davis(root: Path, year: int = 2017, split: str = "train", budget: int = DEFAULT_BUDGET) -> TrainingData:
    """Read the 480p sequences of a DAVIS split; in 2016 all objects of a sequence are one; LipError if incomplete."""
    if year not in (2016, 2017):
        raise LipError(f"Cannot read DAVIS {year}: the years are 2016 and 2017.")
    videos = [
        _sequence(
            f"davis{year}/{name}",
            root / "JPEGImages" / "480p" / name,
            root / "Annotations" / "480p" / name,
            one_object=year == 2016,
        )
        for name in _davis_names(root, year, split)
    ]
    return TrainingData((), videos, budget)


def open_youtube_vos(root: Path, budget: int = DEFAULT_BUDGET) -> TrainingData:
    """Read the annotated frames below `root` or `root/train`; class ids are the ranks of meta.json's category names."""
    base = root / "train" if (root / "train" / "Annotations").is_dir() else root
    folders = _folders(base / "Annotations")
    if not folders:
        raise LipError(f"Cannot read YouTube-VOS in {root}: it has no Annotations folder with sequences.")
    categories = _youtube_categories(base / "meta.json")
    class_ids = {name: number for number, name in enumerate(sorted({*_flat(categories)}), start=1)}
    videos = []
    for folder in folders:
        classes = {number: class_ids[name] for number, name in categories.get(folder.name, {}).items()}
        images = base / "JPEGImages" / folder.name
        videos.append(_sequence(f"youtube_vos/{folder.name}", images, folder, classes=classes, annotated_only=True))
    return TrainingData((), videos, budget)


def load_picture(image_path: Path, mask_path: Path, one_object: bool = False) -> Picture:
    """Decode an image and its label map, both (H, W, ...); LipError if unreadable or of different sizes."""
    image = read_image(image_path)
    labels = read_label_map(mask_path)
    if image.shape[:2] != labels.shape:
        height, width = labels.shape
        raise LipError(
            f"Cannot use {mask_path}: it is {width} x {height}, its image {image.shape[1]} x {image.shape[0]} pixels."
        )
    if one_object:
        labels = np.where((labels > 0) & (labels < IGNORE), 1, labels).astype(np.uint8)
    return image, labels


def _pack_entries(folder: Path, source: str, name: str) -> list[StillEntry]:
    if not (folder / "images").is_dir():
        raise LipError(f"Cannot read the training data {folder}: it has no images folder.")
    masks = {path.stem: path for path in _files(folder / "masks", ".png")}
    entries = []
    for image in list_images(folder / "images"):
        if image.stem not in masks:
            raise LipError(f"Cannot use {image}: there is no mask {folder / 'masks' / image.stem}.png.")
        load = partial(load_picture, image, masks[image.stem])
        entries.append(StillEntry(f"{name}/{image.stem}", load, {}, source in PARTLY_LABELLED_SOURCES))
    return entries


def _sequence(
    name: str,
    images: Path,
    masks: Path,
    one_object: bool = False,
    classes: dict[int, int] | None = None,
    annotated_only: bool = False,
) -> VideoEntry:
    if not images.is_dir():
        raise LipError(f"Cannot read the sequence {name}: the folder {images} does not exist.")
    by_stem = {path.stem: path for path in _files(masks, ".png")}
    entries = []
    for image in list_images(images):
        if image.stem in by_stem:
            load = partial(load_picture, image, by_stem[image.stem], one_object)
            entries.append(StillEntry(f"{name}/{image.stem}", load, classes or {}, unlabelled_objects=True))
        elif not annotated_only:
            raise LipError(f"Cannot use {image}: there is no mask {masks / image.stem}.png.")
    if not entries:
        raise LipError(f"Cannot read the sequence {name}: no frame in {images} has a mask.")
    return VideoEntry(name, tuple(entries))


def _davis_names(root: Path, year: int, split: str) -> list[str]:
    candidates = [root / "ImageSets" / folder / f"{split}.txt" for folder in (str(year), "480p")]
    path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        raise LipError(f"Cannot read DAVIS {year} in {root}: there is no {candidates[0]}.")
    names: dict[str, None] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        first = line.split()[0] if line.split() else ""
        if first:
            names[first.strip("/").split("/")[2] if first.count("/") >= 3 else first] = None
    if not names:
        raise LipError(f"Cannot read DAVIS {year}: {path} names no sequence.")
    return list(names)


def _youtube_categories(path: Path) -> dict[str, dict[int, str]]:
    if not path.is_file():
        return {}
    try:
        videos = json.loads(path.read_text(encoding="utf-8"))["videos"]
        return {
            name: {int(number): str(thing["category"]) for number, thing in video["objects"].items()}
            for name, video in videos.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LipError(f"Cannot read {path}: it is not the meta.json of YouTube-VOS.") from error


def _flat(categories: dict[str, dict[int, str]]) -> list[str]:
    return [name for objects in categories.values() for name in objects.values()]


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted((path for path in parent.iterdir() if path.is_dir()), key=lambda path: natural_key(path.name))


def _files(folder: Path, suffix: str) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix.lower() == suffix] if folder.is_dir() else []
