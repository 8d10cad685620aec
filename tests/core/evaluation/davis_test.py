"""Results folders against DAVIS: figures of a small data set of our own, the official ones, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.evaluation.davis import SequenceScore, evaluate, summarise
from lipcore.masks import read_label_map, write_label_map
from tests.core.evaluation.slow_measures import slow_boundary, slow_region, slow_statistics

REFERENCE = Path(__file__).parents[2] / "reference" / "evaluation"


def figures(scores: list[SequenceScore]) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Per sequence and object: J and F per frame, then mean, recall and decay of each."""
    out: dict[str, dict[str, dict[str, list[float]]]] = {}
    for score in scores:
        for one in score.objects:
            region, boundary = one.region_statistics, one.boundary_statistics
            out.setdefault(score.sequence, {})[str(one.object_id)] = {
                "J": one.region.tolist(),
                "F": one.boundary.tolist(),
                "J_statistics": [region.mean, region.recall, region.decay],
                "F_statistics": [boundary.mean, boundary.recall, boundary.decay],
            }
    return out


def slow_figures(year: int) -> dict[str, dict[str, dict[str, list[float]]]]:
    """The same from the slow measures, with reading written out by hand."""
    out: dict[str, dict[str, dict[str, list[float]]]] = {}
    for name in (REFERENCE / "davis" / "ImageSets" / str(year) / "val.txt").read_text().split():
        truths = sorted((REFERENCE / "davis" / "Annotations" / "480p" / name).glob("*.png"))
        objects = [1, 2] if year == 2017 else [1]
        for number in objects:
            regions, boundaries = [], []
            for path in truths[1:-1]:
                truth, result = read_label_map(path), read_label_map(REFERENCE / "results" / name / path.name)
                masks = [(labels == number if year == 2017 else labels > 0) for labels in (truth, result)]
                regions.append(slow_region(*masks))
                boundaries.append(slow_boundary(*masks))
            out.setdefault(name, {})[str(number)] = {
                "J": regions,
                "F": boundaries,
                "J_statistics": list(slow_statistics(regions)),
                "F_statistics": list(slow_statistics(boundaries)),
            }
    return out


def flatten(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for key in sorted(value) for number in flatten(value[key])]
    return [float(number) for number in value]  # type: ignore[attr-defined]


@pytest.mark.parametrize("year", [2016, 2017])
def test_own_data_set_against_the_slow_measures_and_the_stored_figures(year: int) -> None:
    found = figures(list(evaluate(REFERENCE / "results", REFERENCE / "davis", year)))
    stored = json.loads((REFERENCE / "figures.json").read_text())[str(year)]
    assert {name: list(objects) for name, objects in found.items()} == {name: list(stored[name]) for name in stored}
    assert flatten(found) == pytest.approx(flatten(stored), abs=1e-9)
    assert flatten(slow_figures(year)) == pytest.approx(flatten(stored), abs=1e-9)


@pytest.mark.data
def test_the_official_figures() -> None:
    data = Path(os.environ["LIP_DATA"])
    official = json.loads((data / "reference" / "official.json").read_text())
    for year, names in ((2016, ["blackswan", "motocross-jump"]), (2017, ["libby+blackswan"])):
        scores = list(evaluate(data / "reference" / "masks", data / "davis-dev", year, sequences=names))
        assert [score.sequence for score in scores] == names
        for score in scores:
            expected = official[score.sequence]
            assert list(score.frames) == expected["frames"]
            objects = expected.get("objects", {"1": expected})
            found = figures([score])[score.sequence]
            assert list(found) == list(objects)
            for number, one in objects.items():
                assert found[number]["J"] == pytest.approx(one["J"], abs=1e-6)
                assert found[number]["F"] == pytest.approx(one["F"], abs=1e-6)
                for measure in ("J_statistics", "F_statistics"):
                    statistics = [one[measure][key] for key in ("mean", "recall", "decay")]
                    assert found[number][measure] == pytest.approx(statistics, abs=1e-6)


def test_the_summary_is_the_mean_over_objects() -> None:
    scores = list(evaluate(REFERENCE / "results", REFERENCE / "davis", 2017))
    objects = [one for score in scores for one in score.objects]
    summary = summarise(scores)
    assert summary.region.mean == pytest.approx(np.mean([one.region.mean() for one in objects]))
    assert summary.mean == pytest.approx(np.mean([[one.region.mean(), one.boundary.mean()] for one in objects]))


def test_perfect_results(tmp_path: Path) -> None:
    for name in ("pair", "single"):
        shutil.copytree(REFERENCE / "davis" / "Annotations" / "480p" / name, tmp_path / name)
    for year in (2016, 2017):
        assert summarise(list(evaluate(tmp_path, REFERENCE / "davis", year))).mean == 1


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE / "results", tmp_path / "results"))


def test_missing_frames_are_named_before_anything_is_measured(results: Path) -> None:
    for frame in (0, 3, 5):
        (results / "pair" / f"{frame:05d}.png").unlink()
    with pytest.raises(LipError, match=r"00003\.png is missing and 1 others\.$"):
        next(evaluate(results, REFERENCE / "davis", 2016))


def test_first_and_last_frame_are_not_needed(results: Path) -> None:
    files = sorted((results / "pair").iterdir())
    files[0].unlink()
    files[-1].unlink()
    assert list(evaluate(results, REFERENCE / "davis", 2017, sequences=["pair"]))


def test_a_wrong_size_is_named_with_both_sizes(results: Path) -> None:
    write_label_map(results / "pair" / "00002.png", np.zeros((7, 9), np.uint8))
    with pytest.raises(LipError, match=r"00002\.png: it is 9 x 7 pixels, but the true mask is 64 x 48\.$"):
        list(evaluate(results, REFERENCE / "davis", 2017))


def test_an_object_that_the_truth_does_not_know(results: Path) -> None:
    path = results / "pair" / "00002.png"
    labels = read_label_map(path)
    labels[0, 0] = 9
    write_label_map(path, labels)
    with pytest.raises(LipError, match=r"it has an object 9, but the true masks have only \[1, 2\]"):
        list(evaluate(results, REFERENCE / "davis", 2017))
    assert list(evaluate(results, REFERENCE / "davis", 2016))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"year": 2018}, "it must be 2016 or 2017"),
        ({"split": "none"}, "it does not exist"),
        ({"split": "../val"}, "is refused"),
        ({"sequences": ["none"]}, "the data set has no folder"),
        ({"sequences": ["../pair"]}, "is refused"),
    ],
)
def test_refused_with_one_sentence(results: Path, options: dict[str, object], reason: str) -> None:
    with pytest.raises(LipError, match=reason):
        list(evaluate(results, REFERENCE / "davis", **options))  # type: ignore[arg-type]


def test_an_empty_results_folder(tmp_path: Path) -> None:
    with pytest.raises(LipError, match=r"^Cannot evaluate \w+: there is no folder"):
        list(evaluate(tmp_path, REFERENCE / "davis"))
