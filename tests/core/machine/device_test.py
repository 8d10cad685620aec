"""Devices by name, and precision that is the same in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from lipcore.errors import LipError
from lipcore.machine.device import choose_device, device_title, memory_advice, precision


def test_devices_by_name() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    assert device_title(torch.device("cpu")).startswith("CPU, ")
    for name in ("gpu", "meta", "cuda:99"):
        with pytest.raises(LipError, match=name):
            choose_device(name)


def test_precision_is_chosen_without_touching_random_numbers() -> None:
    """A first use in a fresh process must not shift what is drawn after it."""
    code = (
        "import torch\n"
        "from lipcore.machine.device import precision\n"
        "torch.manual_seed(0)\n"
        "with precision(torch.device('cpu')):\n"
        "    print(torch.rand(1, dtype=torch.float64).item(), torch.is_autocast_enabled('cpu'))\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    torch.manual_seed(0)
    with precision(torch.device("cpu")):
        wanted = [repr(torch.rand(1, dtype=torch.float64).item()), str(torch.is_autocast_enabled("cpu"))]
    assert printed == wanted


def test_running_out_of_memory_is_a_sentence_with_advice() -> None:
    with pytest.raises(LipError, match="choose a smaller largest side"), memory_advice(torch.device("cpu")):
        raise MemoryError
    with pytest.raises(RuntimeError, match="something else"), memory_advice(torch.device("cpu")):
        raise RuntimeError("something else")


@pytest.mark.parametrize(("count", "text"), [(1, "CPU, 1 thread"), (4, "CPU, 4 threads")])
def test_one_thread_is_no_threads(count: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: count)
    assert device_title(torch.device("cpu")) == text
