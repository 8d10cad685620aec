"""An ablation: which sets of rules there are, and what is measured of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lipcore.evaluation import ablation, benchmark
from lipcore.evaluation.ablation import AblationRun, VariantScore, run_ablation, variant_means, variants
from lipcore.evaluation.benchmark import SequenceJob, run_sequence
from lipcore.presets import find_preset
from lipcore.propagation.propagator import PropagationConfig
from tests.core.evaluation.standing import StandingSegmenter, write_davis

RULES = find_preset("small").propagation


def test_every_switch_is_taken_away_or_added_once() -> None:
    rules = variants(RULES)
    assert rules["as it is"] == RULES
    assert rules["without flow"] == replace(RULES, flow=False)
    assert rules["paper's rules"] == replace(PropagationConfig(), static_memory=RULES.static_memory)
    assert rules["paper's rules with colour_weight"].colour_weight == RULES.colour_weight
    assert len({repr(one) for one in rules.values()}) == len(rules)
    assert not any("static_memory" in name for name in rules)


def test_the_preset_scores_as_a_benchmark_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_davis(tmp_path / "davis")
    for module in (ablation, benchmark):
        monkeypatch.setattr(module, "load_segmenter", lambda request: StandingSegmenter())
    job = SequenceJob(tmp_path / "davis", "square", tmp_path / "out", 2017, method={"seed": 1})
    run = run_ablation(job)
    assert not (tmp_path / "out").exists()
    score = run_sequence(job).score.objects[0]
    assert run.scores[0].region == pytest.approx(score.region_statistics.mean)
    assert run.scores[0].boundary == pytest.approx(score.boundary_statistics.mean)
    assert [one.name for one in run.scores] == list(variants(RULES))
    assert (run.seed, run.scores[0].seconds_per_frame) == (1, 0.25)


def test_means_are_taken_rule_by_rule() -> None:
    runs = [
        AblationRun("a", 0, 1.0, (VariantScore("x", 0.5, 0.2, 1.0), VariantScore("y", 0.1, 0.1, 2.0))),
        AblationRun("b", 0, 1.0, (VariantScore("x", 0.7, 0.4, 3.0), VariantScore("y", 0.3, 0.5, 4.0))),
    ]
    means = variant_means(runs)
    assert list(means) == ["x", "y"]
    assert (means["x"].region, means["x"].boundary) == pytest.approx((0.6, 0.3))
    assert means["y"].seconds_per_frame == pytest.approx(3.0)
