"""The processor's name, how to hold it to what every desktop of the last ten years can do, and how to share it.

Without torch.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

# Environment in which PyTorch, oneDNN (also the one inside OpenVINO) and MKL go no further than AVX2: all in float32.
PLAIN_CPU = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}

# PyTorch's threads on Linux wait for one another in a loop for this many rounds (tens of microseconds), then sleep. By
# default they do so for milliseconds, on the very core that the thread waited for may want: beside one other busy
# program tuning then takes three times as long (docs/speed.md).
SHORT_WAITS = {"GOMP_SPINCOUNT": "1000"}

_KNOWN = Path("/proc/cpuinfo")  # on Linux


def processor_name() -> str:
    """The name that the processor gives itself, such as "AMD Ryzen 7 7700"; its architecture where it gives none."""
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
        else:
            text = _KNOWN.read_text(encoding="utf-8", errors="replace")
            matches = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
            found = matches[1] if matches else ""
    except (OSError, subprocess.SubprocessError):
        found = ""
    return found.strip() or platform.processor() or platform.machine()


def is_held_to_plain(environment: Mapping[str, str]) -> bool:
    """Whether a process with this environment is held to what plain CPUs have."""
    return all(environment.get(name, "").upper() == value.upper() for name, value in PLAIN_CPU.items())


def run_held_to_plain(arguments: Sequence[str]) -> int:
    """Run `lip` with these arguments in a process that is held to what plain CPUs have; gives its exit status."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "lipcore"]
    return subprocess.run([*program, *arguments], env={**os.environ, **PLAIN_CPU}, check=False).returncode


def wait_briefly(environment: MutableMapping[str, str]) -> None:
    """Set `SHORT_WAITS` in the environment of this process, before PyTorch is imported; what a person has set stays."""
    if not {"OMP_WAIT_POLICY", *SHORT_WAITS} & environment.keys():
        environment.update(SHORT_WAITS)


def load_average() -> float | None:
    """Processes that wanted to run, over the last minute; None where the system does not count them."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None
