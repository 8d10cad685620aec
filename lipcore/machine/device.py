"""Where tensors live and how precise they are; out of memory becomes a sentence with advice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

from lipcore.errors import LipError, OutOfMemory
from lipcore.machine.process_memory import peak_bytes


def choose_device(name: str = "auto") -> torch.device:
    """The device `name` ("auto", "cpu", "cuda", "cuda:1", "mps"); auto takes CUDA, then Apple's GPU, then the CPU."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise LipError(f"There is no device {name}; use auto, cpu, cuda, cuda:N or mps.") from error
    if device.type not in ("cpu", "cuda", "mps"):
        raise LipError(f"There is no device {name}; use auto, cpu, cuda, cuda:N or mps.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise LipError(f"The device {name} is not there; this machine has {torch.cuda.device_count()} CUDA devices.")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise LipError("The device mps is not there; it needs a Mac with Apple's GPU.")
    return device


def device_title(device: torch.device) -> str:
    """The device in words, for people."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    return "Apple GPU" if device.type == "mps" else _cpu_text(torch.get_num_threads())


def instructions() -> str:
    """The processor's instructions that PyTorch uses, in words, such as "AVX512 with bfloat16"."""
    found = torch.backends.cpu.get_cpu_capability()
    return f"{found} with bfloat16" if _bfloat16_pays("cpu") else found


def precision_name(device: torch.device) -> str:
    """The precision of what `precision` wraps on a device: float32 or bfloat16."""
    return "bfloat16" if _bfloat16_pays(device.type) else "float32"


@contextmanager
def precision(device: torch.device) -> Iterator[None]:
    """Run a block in bfloat16 where that is faster on this device; never hold it across a `yield` of results."""
    with torch.autocast(device.type, torch.bfloat16, enabled=_bfloat16_pays(device.type)):
        yield


@cache
def _bfloat16_pays(device_type: str) -> bool:
    """Whether convolutions are clearly faster in bfloat16, by what the device can do.

    Never by measuring: a busy moment must not change results, nor may two processes of one training disagree.
    """
    if device_type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device_type != "cpu" or not torch.backends.cpu.get_cpu_capability().startswith("AVX512"):
        return False  # the second also where PyTorch is told to do without (lipcore.machine.processor)
    instructions = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")  # for products of matrices in bfloat16
    return any(getattr(torch.cpu, name, lambda: False)() for name in instructions)


@contextmanager
def memory_advice(device: torch.device) -> Iterator[None]:
    """Turn running out of memory inside the block into a LipError that says what to do."""
    try:
        yield
    except (torch.cuda.OutOfMemoryError, MemoryError) as error:
        if device.type == "cuda":
            torch.cuda.empty_cache()
        raise OutOfMemory(_advice(device)) from error
    except RuntimeError as error:
        if "out of memory" in str(error).lower() or "can't allocate memory" in str(error).lower():
            raise OutOfMemory(_advice(device)) from error
        raise


def _advice(device: torch.device) -> str:
    elsewhere = " or choose the CPU" if device.type != "cpu" else ""
    return f"Out of memory on {device_title(device)}: choose a smaller largest side{elsewhere}."


def peak_memory(device: torch.device) -> int:
    """Largest number of bytes held so far: of the GPU if there is one, else of this process; 0 where none is kept."""
    return int(torch.cuda.max_memory_allocated(device)) if device.type == "cuda" else peak_bytes()


def _cpu_text(threads: int) -> str:
    return f"CPU, {threads} thread{'' if threads == 1 else 's'}"
