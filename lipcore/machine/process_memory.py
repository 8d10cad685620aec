"""How much memory this process uses, from the operating system alone."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path


def resident_bytes() -> int | None:
    """Bytes of this process in memory now (on macOS: at most so far), or None where the system does not say."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "darwin":
        return peak_bytes()
    return _windows_memory("working_set") if sys.platform == "win32" else None


def peak_bytes() -> int:
    """Most bytes of this process that were in memory so far; 0 where the system does not say."""
    if sys.platform == "win32":
        return _windows_memory("peak") or 0
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` says of Linux counts the process too that started this one
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(encoding="ascii", errors="replace"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    import resource  # which Windows has not

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024  # macOS counts bytes, others kilobytes


def give_back() -> None:
    """Hand memory that was freed back to the system, where the C library keeps it for later: glibc's, on Linux.

    Worth its milliseconds after work that held far more than what comes next.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError):  # other C libraries have no such function
            ctypes.CDLL(None).malloc_trim(0)


def size_text(count: float) -> str:
    """`count` bytes as "840 MB" or "2.3 GB"."""
    megabytes = count / 1e6
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


def _windows_memory(name: str) -> int | None:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            *(
                (name, ctypes.c_size_t)
                for name in ("peak", "working_set", "a", "b", "c", "d", "page_file", "peak_page_file")
            ),
        )

    counters = Counters(cb=ctypes.sizeof(Counters))
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    found = kernel.K32GetProcessMemoryInfo(
        wintypes.HANDLE(kernel.GetCurrentProcess()), ctypes.byref(counters), counters.cb
    )
    return int(getattr(counters, name)) if found else None
