"""What the operating system says of this process's memory."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lipcore.machine.process_memory import give_back, peak_bytes, resident_bytes, size_text


@pytest.mark.skipif(sys.platform == "win32", reason="there is no resource module")
@pytest.mark.parametrize(("platform", "unit"), [("linux", 1024), ("darwin", 1)])
def test_the_peak_is_in_bytes_on_every_system(platform: str, unit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the files of Linux, as `getrusage` counts."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert peak_bytes() == resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says")
def test_a_process_does_not_count_the_one_that_started_it() -> None:
    held = np.ones(300_000_000, np.uint8)
    script = "from lipcore.machine.process_memory import peak_bytes; print(peak_bytes())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert 1_000_000 < int(done.stdout) < held.nbytes


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux says")
def test_memory_that_is_used_counts() -> None:
    before = resident_bytes()
    held = np.ones(600_000_000, np.uint8)
    after = resident_bytes()
    assert before is not None
    assert after is not None
    assert after - before > 0.5 * held.nbytes  # Linux counts large pages with a delay, up to 64 of 2 MB
    assert peak_bytes() >= after * 0.9


def test_sizes_are_short() -> None:
    assert [size_text(count) for count in (840e6, 2.34e9)] == ["840 MB", "2.3 GB"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep less")
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    """Pieces too small to be mapped by themselves, the last of which holds the heap's end in place."""
    held = [np.ones(16_000, np.uint8) for _ in range(8_000)]
    last = held.pop()
    del held
    before = resident_bytes()
    give_back()
    after = resident_bytes()
    assert before is not None
    assert after is not None
    assert before - after > 60_000_000
    assert last.all()
