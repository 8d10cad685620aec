"""The processor's name, and a process that is held to what plain CPUs have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lipcore.machine import processor
from lipcore.machine.processor import (
    PLAIN_CPU,
    SHORT_WAITS,
    is_held_to_plain,
    load_average,
    processor_name,
    run_held_to_plain,
    wait_briefly,
)


def test_a_processor_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert processor_name()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(processor, "_KNOWN", tmp_path / "cpuinfo")
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert processor_name() == "riscv64"
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Swift 9 \nmodel name\t: Swift 9\n")
    assert processor_name() == "Swift 9"


def test_load_is_a_number_or_unknown() -> None:
    load = load_average()
    assert load is None or load >= 0


@pytest.mark.parametrize("own", [{"GOMP_SPINCOUNT": "7"}, {"OMP_WAIT_POLICY": "ACTIVE"}, {}])
def test_threads_wait_briefly_unless_a_person_says_how(own: dict[str, str]) -> None:
    environment = {"HOME": "x", **own}
    wait_briefly(environment)
    assert environment == {"HOME": "x", **(own or SHORT_WAITS)}


@pytest.mark.parametrize(
    "start",
    [
        "from lipcore.cli.main import main\nmain(['no-such-command'])",
        "import lipgui.app as app\napp.make_application = lambda _: sys.exit()\napp.run()",
    ],
    ids=["lip", "lip-gui"],
)
def test_threads_wait_briefly_before_torch_is_there(start: str, tmp_path: Path) -> None:
    code = f"import os, sys\ntry:\n    {start.replace(chr(10), chr(10) + '    ')}\nexcept SystemExit:\n    pass\n"
    code += "print('torch' in sys.modules, os.environ.get('GOMP_SPINCOUNT'))\n"
    free = {name: value for name, value in os.environ.items() if name not in {"OMP_WAIT_POLICY", *SHORT_WAITS}}
    free |= {"XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], env=free, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"False {SHORT_WAITS['GOMP_SPINCOUNT']}"


def test_a_process_held_to_plain_instructions_computes_in_float32() -> None:
    code = (
        "import os, torch\n"
        "from lipcore.machine.device import instructions, precision_name\n"
        "from lipcore.machine.processor import is_held_to_plain\n"
        "print(instructions(), precision_name(torch.device('cpu')), is_held_to_plain(os.environ))\n"
    )
    environment = {**os.environ, **PLAIN_CPU}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    named, kind, held = done.stdout.rsplit(maxsplit=2)
    assert "AVX512" not in named
    assert (kind, held) == ("float32", "True")
    assert not is_held_to_plain({**PLAIN_CPU, "ONEDNN_MAX_CPU_ISA": "AVX512_CORE"})


def test_the_program_is_run_again_in_that_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], env: dict[str, str], check: bool) -> subprocess.CompletedProcess[str]:
        asked.append((command, env))
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    assert run_held_to_plain(["info"]) == 3
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert run_held_to_plain(["info"]) == 3
    assert [command for command, _ in asked] == [[sys.executable, "-m", "lipcore", "info"], [sys.executable, "info"]]
    assert all(is_held_to_plain(environment) for _, environment in asked)
