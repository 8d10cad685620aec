"""The network does without PyTorch's compiler, which is loaded as soon as something asks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from lipcore.segmenter import Segmenter
from lipcore.tuning.tuner import fine_tune
from lipcore.model.specialise import specialise
from tests.core.model.networks import tiny_network
from tests.core.tuning.examples import example
from tests.core.tuning.tuner_test import SMALL

steps = list(fine_tune(specialise(tiny_network(), 2), [example()], SMALL))
print(steps[-1].number, sorted({"torch._dynamo", "torch._dynamo.utils", "sympy", "triton"} & set(sys.modules)))
from torchvision.ops.roi_align import is_compile_supported
answer = is_compile_supported("cpu")
import torch._dynamo.utils
print("sympy" in sys.modules, answer == torch._dynamo.utils.is_compile_supported("cpu"))
"""
STANDING_IN = """
import sys
from lipcore.model import torchvision_alone
sys.modules["torch._dynamo.utils"] = torchvision_alone._Absent("torch._dynamo.utils")
from torch._dynamo.utils import counters, is_compile_supported
import torch
print(counters is torch._dynamo.utils.counters)
"""


def printed(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    ).stdout


def test_tuning_loads_no_compiler_and_it_can_still_be_used() -> None:
    assert printed(PROGRAM) == "12 []\nTrue True\n"


def test_anything_else_that_is_wanted_of_the_compiler_is_its_own() -> None:
    assert printed(STANDING_IN) == "True\n"
