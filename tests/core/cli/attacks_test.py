"""Attacks on the command line: whatever the arguments, streams and files are, one sentence and no input changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lipcore.cli.main import main
from lipcore.exchange import WRITABLE
from lipcore.masks import write_label_map
from tests.helpers import MovingSquare, write_moving_square

LONG = "n" * 300


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video, its first mask, a project with all masks, and things that are neither."""
    folder = tmp_path_factory.mktemp("place")
    square = write_moving_square(folder / "video", frames=4)
    (folder / "masks").mkdir()
    for frame, labels in enumerate(square.truth):
        write_label_map(folder / "masks" / f"{frame:05d}.png", labels)
    project = str(folder / "p.lip")
    assert main(["import", str(folder / "masks"), "--video", str(square.path), "--project", project]) == 0
    (folder / "empty").touch()
    (folder / "junk").write_bytes(bytes(range(256)) * 10)
    (folder / "nothing").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "loose").symlink_to(folder / "none")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


COMMANDS = {
    "export": "export {bad} --format davis --out {out}",
    "export --video": "export {place}/masks --video {bad} --format davis --out {out}",
    "export --out": "export {place}/p.lip --format coco --out {bad}",
    "import": "import {bad} --project {place}/p.lip",
    "import --video": "import {place}/masks --video {bad} --project {out}.lip",
    "import --project": "import {place}/masks --project {bad}",
    "import --mask-values": "import {place}/masks --project {place}/p.lip --mask-values {bad}",
    "convert": "convert {bad} --to coco --out {out}.json",
    "convert --out": "convert {place}/masks --to coco --out {bad}",
    "tune": "tune {bad}",
    "propagate": "propagate {bad}",
    "review": "review {bad}",
    "repair": "repair {bad} --object 1 --clean",
    "evaluate": "evaluate {bad} --davis {place} --sequences a",
    "evaluate --davis": "evaluate {place} --davis {bad} --sequences a",
    "evaluate --json": "evaluate {place} --davis {place} --sequences a --json {bad}",
    "weights show": "weights show {bad}",
    "weights import": "weights import {bad}",
    "segment": "segment {bad} --annotations {place}/masks --out {out}",
    "segment --annotations": "segment {place}/video --annotations {bad} --out {out}",
    "segment --weights": "segment {place}/video --annotations {place}/masks --weights {bad} --out {out}",
    "segment --out": "segment {place}/video --annotations {place}/masks/none --out {bad}",
    "segment --json": "segment {place}/video --annotations {place}/masks/none --out {out} --json {bad}",
    "batch": "batch {bad} --out {out}",
    "batch --json": "batch {place}/none.csv --out {out} --json {bad}",
    "train --data": "train video --out {out} --data {bad}",
    "train --weights": "train video --out {out} --data {place}/nothing --weights {bad}",
}
PATHS = {
    "long name": LONG,
    "long path": "/".join(["d" * 200] * 30),
    "empty": "",
    "none": "{place}/none",
    "below a file": "{place}/empty/x",
    "empty file": "{place}/empty",
    "junk": "{place}/junk",
    "empty folder": "{place}/nothing",
    "pipe": "{place}/pipe",
    "circle": "{place}/circle",
    "loose link": "{place}/loose",
    "device": "/dev/null",
    "letters": "{place}/\udcff\u202e\n",
    "long in a folder": "{place}/" + LONG,
    "sign": "{place}/-x",
}


SEGMENT = "segment {own}/video --annotations {own}/masks/00000.png "
CONVERT = "convert {own}/masks --overwrite --to "
CONVERTIBLE = [form for form in WRITABLE if not form.writer.needs_pictures(form.writer.options())]
EXPORT = "export {own}/p.lip --overwrite --format "
DAMAGES: dict[str, Callable[[Path], object]] = {
    "junk mask": lambda path: (path / "masks" / "00001.png").write_bytes(b"junk"),
    "empty mask": lambda path: (path / "masks" / "00001.png").write_bytes(b""),
    "half a mask": lambda path: (path / "masks" / "00001.png").write_bytes(
        (path / "masks" / "00001.png").read_bytes()[:60]
    ),
    "no mask": lambda path: (path / "masks" / "00001.png").unlink(),
    "junk scores": lambda path: (path / "scores" / "000000.json").write_bytes(b"junk"),
    "junk project.json": lambda path: (path / "project.json").write_bytes(b"junk"),
    "no project.json": lambda path: (path / "project.json").unlink(),
    "junk whole-edit.json": lambda path: (path / "whole-edit.json").write_bytes(b"junk"),
    "junk history.json": lambda path: (path / "weights" / "history.json").write_bytes(b"junk"),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_takes_every_strange_path(
    command: str, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """405 cases: a status, a sentence on stderr (after the usage, if it is that), and what was there is unchanged."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = contents(place)
    for name, path in PATHS.items():
        bad = path.format(place=place)
        words = [word.format(place=place, out=tmp_path / name, bad=bad) for word in COMMANDS[command].split()]
        status = main(words)
        error = capsys.readouterr().err
        assert status in (1, 2), (name, error)
        assert error.strip(), name
        assert "Traceback" not in error
        assert len(error.strip().rsplit("usage: ", 1)[-1]) < 3000, name
        assert contents(place) == before, name


@pytest.mark.parametrize(
    "options",
    [
        *(f"--seed {seed}" for seed in ("-1", "99999999999999999999999", "1.5", "x", "9" * 5000, "\u0663")),
        *(f"--iterations {number}" for number in ("-1", "1e9", "x", "9" * 5000)),
        *(f"--max-side {number}" for number in ("-1", "0", "63", "x", "9" * 5000)),
        *(f"--range {span}" for span in ("1", "2:1", ":", "-1:3", "a:b", "0:" + "9" * 5000)),
        *("--quality superb", "--direction sideways", "--preset large", "--enable magic", "--device abacus"),
    ],
)
def test_strange_numbers_and_names(
    options: str, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"segment {place}/video --annotations {place}/masks --out {tmp_path}/out {options}".split()
    assert main(words) in (1, 2)
    assert capsys.readouterr().err.strip()
    assert not list((tmp_path / "out").glob("*"))


class TestNeverAnInput:
    @pytest.fixture
    def own(self, place: Path, tmp_path: Path) -> Path:
        """The place, once more, to be harmed."""
        shutil.copytree(place / "video", tmp_path / "video")
        shutil.copytree(place / "masks", tmp_path / "masks")
        main(["import", str(tmp_path / "masks"), "--video", str(tmp_path / "video"), "--project", f"{tmp_path}/p.lip"])
        (tmp_path / "link").symlink_to(tmp_path / "video")
        (tmp_path / "frame.png").symlink_to(tmp_path / "video" / "00001.png")
        os.link(tmp_path / "masks" / "00000.png", tmp_path / "same.png")
        return tmp_path

    @pytest.mark.parametrize(
        "words",
        [
            *(f"{SEGMENT}--out {{own}}/{out}" for out in ("video", "masks/00000.png", "link", "video/x", "link/x/y")),
            *(f"{SEGMENT}--out {{own}}/{out}" for out in ("masks", "p.lip", "p.lip/masks", "p.lip/new", "same.png")),
            *(
                f"{SEGMENT}--out {{own}}/out --json {{own}}/{out}"
                for out in ("masks/00000.png", "same.png", "video/00001.png", "frame.png", "p.lip/project.json")
            ),
            "evaluate {own}/masks --davis {own} --sequences a --json {own}/masks/00000.png",
            "evaluate {own}/masks --davis {own} --sequences a --json {own}/p.lip/project.json",
            *(f"{EXPORT}{form.name} --out {{own}}/video" for form in WRITABLE if not form.writer.suffix),
            *(f"{EXPORT}{form.name} --out {{own}}/p.lip/x{form.writer.suffix}" for form in WRITABLE),
            *(f"{CONVERT}{form.name} --out {{own}}/p.lip/x{form.writer.suffix}" for form in CONVERTIBLE),
            *(f"{CONVERT}{form.name} --out {{own}}/masks" for form in CONVERTIBLE if not form.writer.suffix),
            "review {own}/p.lip --json {own}/p.lip/project.json",
            "repair {own}/p.lip --object 1 --clean --json {own}/video/00001.png",
            "repair {own}/p.lip --object 1 --clean --json {own}/p.lip/project.json",
            *(
                f"{word} {{own}}/p.lip --json {{own}}/video/00001.png"
                for word in ("review", "tune", "propagate", "clean")
            ),
            "tune {own}/p.lip --json {own}/p.lip/project.json",
            "propagate {own}/p.lip --json {own}/p.lip/masks/00000.png",
            f"{EXPORT}coco --out {{own}}/p.lip/project.json",
            f"{EXPORT}davis --out {{own}}/p.lip",
            "batch {own} --out {own}",
            "batch {own} --out {own}/p.lip/out",
            "train video --data {own} --out {own}",
            "train video --data {own} --out {own}/p.lip/run",
        ],
    )
    def test_is_overwritten(self, own: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
        before = contents(own)
        assert main([word.format(own=own) for word in words.split()]) == 1
        error = capsys.readouterr().err
        assert "Cannot write" in error or "LIP did not write" in error or "written to a file that ends" in error
        assert contents(own) == before


class TestDamagedProjects:
    @pytest.fixture
    def damaged(self, place: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(place / "p.lip", tmp_path / "p.lip"))

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_are_named_and_neither_exported_nor_changed(
        self, damaged: Path, damage: str, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        DAMAGES[damage](damaged)
        before = contents(damaged)
        commands = [
            ["export", str(damaged), "--format", "coco", "--out", str(tmp_path / "out.json")],
            ["import", str(place / "masks"), "--project", str(damaged)],
        ]
        for words in commands:
            assert main(words) == 1
            error = capsys.readouterr().err
            assert "is damaged" in error
            assert "--accept-damage" in error
            assert "00001" in error or ".json" in error
            assert contents(damaged) == before
            assert not (tmp_path / "out.json").exists()
        for words in commands:
            assert main([*words, "--accept-damage"]) == 0
            assert "00001" in (error := capsys.readouterr().err) or ".json" in error
        assert (tmp_path / "out.json").exists()

    def test_a_note_without_loss_is_printed(
        self, damaged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_label_map(damaged / "masks" / "00001.png", np.ones((48, 64), np.uint8))
        assert main(["export", str(damaged), "--format", "coco", "--out", str(tmp_path / "out.json")]) == 0
        assert "was changed by another program" in capsys.readouterr().err


def lip(*words: str, shell: str = "", **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with redirections."""
    line = f'exec "$0" -m lipcore "$@" {shell}'
    command = ["sh", "-c", line, sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload]


@pytest.mark.parametrize("shell", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_closed_and_full_streams_do_not_stop_the_work(place: Path, tmp_path: Path, shell: str) -> None:
    words = ["export", str(place / "p.lip"), "--format", "davis", "--out", str(tmp_path / "out")]
    done = lip(*words, shell=shell)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert len(list((tmp_path / "out").rglob("*.png"))) == 4


def test_a_full_stdout_is_a_sentence_and_the_work_is_done(place: Path, tmp_path: Path) -> None:
    words = ["export", str(place / "p.lip"), "--format", "davis", "--out", str(tmp_path / "out")]
    done = lip(*words, shell=">/dev/full")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "Cannot use the output: the disk is full.")
    assert len(list((tmp_path / "out").rglob("*.png"))) == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_stop_with_a_sentence(moving_square: MovingSquare, number: signal.Signals) -> None:
    """A command that waits is stopped as soon as it says that it began."""
    program = (
        "import signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whoever runs the tests may ignore these
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "from lipcore.cli.commands import info\n"
        "from lipcore.cli.main import main\n"
        "def wait(arguments):\n"
        "    print('begun', flush=True)\n"
        "    threading.Event().wait(60)\n"
        "info.run = wait\n"
        "sys.exit(main(['info']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        _, error = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, error) == (128 + number, "Stopped.\n")
