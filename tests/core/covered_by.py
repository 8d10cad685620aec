"""Modules of lipcore without a test of their own -> the test, below tests, that executes most of them."""

from __future__ import annotations

COVERED_BY: dict[str, str] = {
    "lipcore.augment.batch": "core/training/data/clips_test.py",
    "lipcore.batch.job": "core/batch/run_test.py",
    "lipcore.cli.commands.ablation": "core/cli/commands/benchmark_test.py",
    "lipcore.cli.commands.training_data": "core/cli/commands/train_test.py",
    "lipcore.cli.on_project.mending": "core/cli/on_project/clean_test.py",
    "lipcore.cli.on_project.propagate": "e2e/headless_test.py",
    "lipcore.cli.on_project.tune": "e2e/headless_test.py",
    "lipcore.errors": "core/cli/main_test.py",
    "lipcore.learning.reports": "core/training/keeper_test.py",
    "lipcore.presets.coco": "core/presets_test.py",
    "lipcore.presets.paper": "core/presets_test.py",
    "lipcore.presets.preset": "core/presets_test.py",
    "lipcore.presets.small": "core/presets_test.py",
    "lipcore.project.past_edit": "core/storage/edits_file_test.py",
    "lipcore.project.record_view": "core/project/project_test.py",
    "lipcore.propagation.result": "core/propagation/propagator_test.py",
    "lipcore.training.clicks.batch": "core/training/clicks/train_test.py",
    "lipcore.training.clicks.recipe": "core/training/clicks/train_test.py",
    "lipcore.training.clicks.validation": "core/training/clicks/train_test.py",
    "lipcore.training.data.scenes": "core/training/data/clips_test.py",
    "lipcore.training.loop": "core/training/train_run_test.py",
    "lipcore.training.validation": "core/training/train_run_test.py",
    "lipcore.tuning.config": "core/tuning/tuner_test.py",
    "lipcore.version": "core/api_test.py",
}
