"""`lip benchmark`: table, JSON, seeds, corrections and bad input, with masks that stay where they were painted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lipcore.batch.processes import Outcome
from lipcore.cli.main import main
from lipcore.evaluation import ablation, benchmark
from lipcore.machine.processor import PLAIN_CPU
from tests.core.evaluation.standing import StandingSegmenter, write_davis


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    write_davis(tmp_path / "davis", "one", 8)
    write_davis(tmp_path / "davis", "two", 12)
    monkeypatch.setattr(benchmark, "load_segmenter", lambda request: StandingSegmenter())
    return ["benchmark", "--davis", str(tmp_path / "davis"), "--out", str(tmp_path / "out")]


def test_table_and_json(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    assert main([*command, "--json", str(path), "--corrections", "2", "--disable", "flow", "--seeds", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:5]] == [["one", "0"], ["two", "0"], ["one", "1"], ["two", "1"]]
    assert lines[0].split()[-3:] == ["s", "s/frame", "MB"]
    assert [line.partition(":")[0] for line in lines[6:9]] == [f"after {number} corrections" for number in range(3)]
    assert lines[9].startswith("in 8 corrections 0 other frames with a J over 0.6 lost more than 0.2 of it, 0 of them")
    assert lines[10].startswith("measured on processor ")
    written = json.loads(path.read_text())
    assert list(written["machine"]) == ["processor", "instructions", "precision", "trunk", "threads", "load"]
    assert [(run["sequence"], run["seed"]) for run in written["runs"]] == [
        ("one", 0), ("two", 0), ("one", 1), ("two", 1)
    ]  # fmt: skip
    assert written["settings"]["switches"] == {"flow": False}
    assert written["mean"]["J"]["mean"] < written["mean"]["J_first_five_frames"]
    assert written["mean"]["seconds_per_frame"] == 0.25
    means = [state["J&F"] for state in written["corrections"]]
    assert means == sorted(means)
    assert len(means) == 3
    assert [seed["J&F"] for seed in written["seeds"]] == pytest.approx([written["mean"]["J&F"]] * 2)
    regions = [state["region"] for state in written["runs"][1]["corrections"]]
    assert [len(each) for each in regions] == [12] * 3
    assert regions[0][0] == 1 > regions[0][11]
    assert (tmp_path / "out/seed-1/corrections-2/two/00011.png").is_file()
    capsys.readouterr()
    assert main(["evaluate", str(tmp_path / "out"), "--davis", str(tmp_path / "davis"), "--json", str(path)]) == 0
    assert json.loads(path.read_text())["mean"]["J&F"] == pytest.approx(written["mean"]["J&F"])


def test_frames_to_correct_can_be_chosen(command: list[str], tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert main([*command, "--sequences", "two", "--json", str(path), "--correct", "3,7"]) == 0
    (run,) = json.loads(path.read_text())["runs"]
    assert [state["frame"] for state in run["corrections"]] == [None, 3, 7]
    assert main([*command, "--correct", "three"]) == 2
    assert main([*command, "--sequences", "two", "--correct", "12"]) == 1


def test_work_is_shared(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {}

    def in_turn(function, jobs, workers, threads, place):  # noqa: ANN001, ANN202
        given.update(workers=workers, threads=threads)
        for number, job in reversed(list(enumerate(jobs))):
            placed = place(job, number)
            given[job.sequence] = placed.method["device"]
            yield Outcome(job, function(replace(placed, method={**placed.method, "device": "cpu"})))

    monkeypatch.setattr("lipcore.batch.processes.run_in_processes", in_turn)
    assert main([*command, "--workers", "2", "--threads", "1", "--devices", "cuda:0,cuda:1"]) == 0
    assert given == {"workers": 2, "threads": 1, "one": "cuda:0", "two": "cuda:1"}
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == ["one", "two", "mean"]


def test_a_failed_worker_is_one_sentence(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def killed(function, jobs, *_):  # noqa: ANN001, ANN002, ANN202
        yield Outcome(jobs[0], None, "The worker process ended with status 1.")

    monkeypatch.setattr("lipcore.batch.processes.run_in_processes", killed)
    assert main([*command, "--workers", "2"]) == 1
    assert capsys.readouterr().err == "Cannot finish one: The worker process ended with status 1.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--sequences", "three"], 1, "Cannot evaluate three: the data set has no folder"),
        (["--split", "train"], 1, "train.txt"),
        (["--enable", "magic"], 1, "There is no switch magic"),
        (["--corrections", "-1"], 2, "expected a number from 0"),
        (["--year", "2018"], 2, "invalid choice"),
        (["--json", "none/figures.json"], 1, "does not exist"),
    ],
)
def test_bad_input(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    arguments: list[str], status: int, sentence: str,
) -> None:  # fmt: skip
    assert main([*command, *arguments]) == status
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out/one").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_processes_give_what_one_gives(tmp_path: Path) -> None:
    from tests.core.moving import write_tiny_checkpoint

    for name in ("one", "two"):
        write_davis(tmp_path / "davis", name, 5)
    weights = str(write_tiny_checkpoint(tmp_path / "tiny.safetensors"))
    written = []
    for workers in ("1", "2"):
        command = ["benchmark", "--davis", str(tmp_path / "davis"), "--out", str(tmp_path / workers), "--device", "cpu"]
        command += [
            "--weights",
            weights,
            "--max-side",
            "96",
            "--iterations",
            "1",
            "--corrections",
            "1",
            "--quality",
            "fast",
        ]
        assert main([*command, "--workers", workers, "--threads", "1", "--json", str(tmp_path / "figures.json")]) == 0
        written.append(json.loads((tmp_path / "figures.json").read_text()))
    assert [run["sequence"] for run in written[1]["runs"]] == ["one", "two"]
    assert [run["scores"] for run in written[0]["runs"]] == [run["scores"] for run in written[1]["runs"]]
    assert [run["corrections"][1]["frame"] for run in written[1]["runs"]] != [None, None]


def without_place(command: list[str]) -> list[str]:
    """The command without `--out DIR`."""
    place = command.index("--out")
    return [*command[:place], *command[place + 2 :]]


def test_masks_need_a_place(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(without_place(command)) == 1
    assert "Say with --out where the masks are to go" in capsys.readouterr().err


def test_an_ablation_prints_every_rule(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ablation, "load_segmenter", lambda request: StandingSegmenter())
    path = tmp_path / "figures.json"
    assert main([*without_place(command), "--ablate", "--json", str(path)]) == 0
    *lines, machine = capsys.readouterr().out.splitlines()
    assert machine.startswith("measured on ")
    names = [row["name"] for row in json.loads(path.read_text())["ablation"]]
    assert len(names) == len(lines) - 1 > 10
    assert all(line.startswith(name) for line, name in zip(lines[1:], names, strict=True))
    assert lines[1].split()[-3] == "+0.0"


def test_an_ablation_with_corrections_is_refused(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--ablate", "--corrections", "1"]) != 0
    assert "Neither --ablate nor --ceilings corrects anything" in capsys.readouterr().err


def test_a_plain_cpu_is_a_process_of_its_own(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The libraries choose instructions when they are loaded, so the command runs itself again."""
    started: list[list[str]] = []
    monkeypatch.setattr("lipcore.cli.commands.benchmark.run_held_to_plain", lambda given: (started.append(given), 7)[1])
    assert main([*command, "--plain-cpu"]) == 7
    assert started == [[*command, "--plain-cpu"]]
    for name, value in PLAIN_CPU.items():
        monkeypatch.setenv(name, value)
    assert main([*command, "--plain-cpu"]) == 0
    assert len(started) == 1
    assert main([*command, "--plain-cpu", "--devices", "cuda:0"]) == 1
    assert "leave out --device" in capfd.readouterr().err
