"""torchvision without PyTorch's compiler: its import would load that and what it stands on, 150 MB for nothing."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

_COMPILER = "torch._dynamo.utils"  # of which one function is imported, for GPUs that must compute deterministically


class _Absent(ModuleType):
    """Stands in for the compiler's module, and loads it as soon as anything else is wanted of it."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        found: object = getattr(_loaded(), name)
        return found

    @staticmethod
    def is_compile_supported(device_type: str) -> bool:
        """What the compiler itself says; until it is asked, nothing is loaded."""
        return bool(_loaded().is_compile_supported(device_type))


def _loaded() -> ModuleType:
    if isinstance(sys.modules.get(_COMPILER), _Absent):
        del sys.modules[_COMPILER]
    return importlib.import_module(_COMPILER)


def _import_torchvision() -> None:
    if _COMPILER not in sys.modules:
        sys.modules[_COMPILER] = _Absent(_COMPILER)
    try:
        importlib.import_module("torchvision")
    finally:
        if isinstance(sys.modules.get(_COMPILER), _Absent):
            del sys.modules[_COMPILER]


_import_torchvision()
