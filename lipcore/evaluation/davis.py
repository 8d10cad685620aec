"""J and F of a folder of results against a data set in DAVIS layout, sequence by sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.evaluation.measures import Statistics, boundary_measure, region_similarity, statistics
from lipcore.files import list_images, read_bytes, safe_child
from lipcore.masks import IGNORE, binary_mask, object_ids, read_label_map

FOREGROUND = 1  # the id under which year 2016 reports the one foreground that all objects form together


@dataclass(frozen=True)
class ObjectScore:
    """J and F of one object on every measured frame, (T,) float64 in 0..1, in the order of the frames."""

    object_id: int
    region: NDArray[np.float64]
    boundary: NDArray[np.float64]

    @property
    def region_statistics(self) -> Statistics:
        """Mean, recall and decay of J."""
        return statistics(self.region)

    @property
    def boundary_statistics(self) -> Statistics:
        """Mean, recall and decay of F."""
        return statistics(self.boundary)


@dataclass(frozen=True)
class SequenceScore:
    """The scores of one sequence; `frames` are the names of the measured frames, without the first and the last."""

    sequence: str
    frames: tuple[str, ...]
    objects: tuple[ObjectScore, ...]


@dataclass(frozen=True)
class Summary:
    """The means of the statistics of J (`region`) and F (`boundary`) over all objects of all sequences."""

    region: Statistics
    boundary: Statistics

    @property
    def mean(self) -> float:
        """J&F: the mean of the two means."""
        return (self.region.mean + self.boundary.mean) / 2


def evaluate(
    results: Path, davis_root: Path, year: int = 2016, split: str = "val", sequences: Sequence[str] | None = None
) -> Iterator[SequenceScore]:
    """Measure `results/<sequence>/<frame>.png` and yield the score of each sequence as it is known.

    Year 2016 takes all objects as one foreground, 2017 measures every object of the truth. `sequences` overrides the
    list of the split. Every measured frame must be there, in the size of the truth; LipError says what is not.
    """
    if year not in (2016, 2017):
        raise LipError(f"Cannot evaluate year {year}: it must be 2016 or 2017.")
    names = list(sequences) if sequences else split_sequences(davis_root, year, split)
    truths = {name: truth_files(davis_root, name) for name in names}
    for name in names:
        _check_results(results, name, truths[name])
    for name in names:
        yield _evaluate_sequence(safe_child(results, name), name, truths[name], year)


def summarise(scores: Sequence[SequenceScore]) -> Summary:
    """Average the statistics over all objects of all sequences, as DAVIS does; at least one score."""
    objects = [one for score in scores for one in score.objects]
    region = _average([one.region_statistics for one in objects])
    return Summary(region, _average([one.boundary_statistics for one in objects]))


def split_sequences(davis_root: Path, year: int, split: str) -> list[str]:
    """The sequences named in `ImageSets/<year>/<split>.txt`; LipError."""
    path = safe_child(davis_root / "ImageSets" / str(year), f"{split}.txt")
    try:
        text = read_bytes(path, 1_000_000).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LipError(f"Cannot read {path}: it is not a list of names.") from error
    names = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not names:
        raise LipError(f"Cannot evaluate: {path} names no sequences.")
    return names


def truth_files(davis_root: Path, sequence: str) -> list[Path]:
    """The true masks of a sequence, `Annotations/480p/<sequence>/*.png`, in order, at least three; LipError."""
    folder = safe_child(davis_root / "Annotations" / "480p", sequence)
    if not folder.is_dir():
        raise LipError(f"Cannot evaluate {sequence}: the data set has no folder {folder}.")
    files = [path for path in list_images(folder) if path.suffix.lower() == ".png"]
    if len(files) < 3:
        raise LipError(f"Cannot evaluate {sequence}: {folder} holds {len(files)} masks and at least 3 are needed.")
    return files


def ids_of_truth(truths: Sequence[NDArray[np.uint8]], year: int) -> list[int]:
    """The ids that are measured: for 2017 every object of the true label maps (H, W), for 2016 `FOREGROUND` alone."""
    return sorted({number for labels in truths for number in object_ids(labels)}) if year == 2017 else [FOREGROUND]


def measure_frame(
    truth: NDArray[np.uint8], result: NDArray[np.uint8], ids: Sequence[int], year: int
) -> NDArray[np.float64]:
    """J and F (2, K) in 0..1 of a label map (H, W) against the true one for K `ids`; 2016 takes all as one."""
    ignore = truth == IGNORE
    void = ignore if ignore.any() else None
    figures = np.zeros((2, len(ids)))
    for row, object_id in enumerate(ids):
        true_mask = truth == object_id if year == 2017 else binary_mask(truth)
        found_mask = result == object_id if year == 2017 else binary_mask(result)
        figures[0, row] = region_similarity(true_mask, found_mask, void)
        figures[1, row] = boundary_measure(true_mask, found_mask, void)
    return figures


def _check_results(results: Path, sequence: str, truths: list[Path]) -> None:
    """Find a missing file before any time is spent."""
    folder = safe_child(results, sequence)
    if not folder.is_dir():
        raise LipError(f"Cannot evaluate {sequence}: there is no folder {folder}.")
    missing = [path.name for path in truths[1:-1] if not (folder / path.name).is_file()]
    if missing:
        others = f" and {len(missing) - 1} others" if len(missing) > 1 else ""
        raise LipError(f"Cannot evaluate {sequence}: {folder / missing[0]} is missing{others}.")


def _evaluate_sequence(folder: Path, sequence: str, truths: list[Path], year: int) -> SequenceScore:
    measured = truths[1:-1]
    truth_maps = [read_label_map(path) for path in truths]
    known = ids_of_truth(truth_maps, year)
    figures = np.zeros((2, len(known), len(measured)))
    for column, (path, truth) in enumerate(zip(measured, truth_maps[1:-1], strict=True)):
        result = _read_result(folder / path.name, truth, known if year == 2017 else None)
        figures[..., column] = measure_frame(truth, result, known, year)
    region, boundary = figures
    objects = tuple(ObjectScore(number, region[row], boundary[row]) for row, number in enumerate(known))
    return SequenceScore(sequence, tuple(path.stem for path in measured), objects)


def _read_result(path: Path, truth: NDArray[np.uint8], known: list[int] | None) -> NDArray[np.uint8]:
    result = read_label_map(path)
    if result.shape != truth.shape:
        found, expected = (f"{shape[1]} x {shape[0]}" for shape in (result.shape, truth.shape))
        raise LipError(f"Cannot evaluate {path}: it is {found} pixels, but the true mask is {expected}.")
    strange = [] if known is None else [number for number in object_ids(result) if number not in known]
    if strange:
        raise LipError(f"Cannot evaluate {path}: it has an object {strange[0]}, but the true masks have only {known}.")
    return result


def _average(values: Sequence[Statistics]) -> Statistics:
    mean, recall, decay = np.mean([(one.mean, one.recall, one.decay) for one in values], axis=0)
    return Statistics(float(mean), float(recall), float(decay))
