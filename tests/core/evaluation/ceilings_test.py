"""Ceilings: true masks lose little in any stage, and coarse RoIs lose more."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.evaluation.ceilings import Ceiling, ceiling_means, ceilings
from lipcore.masks import write_label_map
from lipcore.presets import find_preset

HEIGHT, WIDTH = 240, 432


@pytest.fixture
def davis(tmp_path: Path) -> Path:
    """A star and a disc that move; the first leaves the picture before the end."""
    pictures, masks = (tmp_path / kind / "480p" / "pair" for kind in ("JPEGImages", "Annotations"))
    for folder in (pictures, masks):
        folder.mkdir(parents=True)
    angles = np.linspace(0, 2 * np.pi, 11)[:10]
    radii = np.where(np.arange(10) % 2, 20, 70)
    star = np.stack((np.cos(angles) * radii, np.sin(angles) * radii), axis=1)
    for frame in range(10):
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.circle(labels, (280 + 3 * frame, 120), 60, 2, -1)
        if frame < 8:
            cv2.fillPoly(labels, [np.int32(star + np.array([110 + 4 * frame, 120]))], 1)
        colours = np.array([[60, 90, 60], [200, 40, 40], [40, 40, 200]], np.uint8)
        cv2.imwrite(str(pictures / f"{frame:05d}.jpg"), colours[labels])
        write_label_map(masks / f"{frame:05d}.png", labels)
    (tmp_path / "ImageSets" / "2017").mkdir(parents=True)
    (tmp_path / "ImageSets" / "2017" / "val.txt").write_text("pair\n")
    return tmp_path


def test_true_masks_stay_true(davis: Path) -> None:
    found = {one.stage: one for one in ceilings(davis, "pair", 2017, find_preset("small"))}
    assert list(found) == [
        f"{stage}{edges}"
        for stage in ("labels at the network's size", "RoIs of 112 cells", "RoIs of 28 cells")
        for edges in ("", ", edge cut")
    ]
    for name in ("labels at the network's size", "RoIs of 112 cells"):
        for edges in ("", ", edge cut"):
            assert found[name + edges].region > 0.96
            assert found[name + edges].boundary > 0.98
    assert found["RoIs of 28 cells"].region < found["RoIs of 112 cells"].region


def test_means_are_taken_stage_by_stage() -> None:
    pair = [(Ceiling("a", 0.8, 0.6), Ceiling("b", 0.4, 0.2)), (Ceiling("a", 1.0, 0.8), Ceiling("b", 0.6, 0.4))]
    means = ceiling_means(pair)
    assert [one.stage for one in means] == ["a", "b"]
    assert (means[0].region, means[1].boundary) == pytest.approx((0.9, 0.3))


def test_the_command_prints_a_table(davis: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["benchmark", "--davis", str(davis), "--year", "2017", "--ceilings"]
    assert main(command) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 8
    assert table[-1].startswith("measured on processor")
    assert main([*command, "--corrections", "2"]) == 1
    assert "Neither --ablate nor --ceilings corrects anything" in capsys.readouterr().err
