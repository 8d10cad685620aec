"""Tuned weights of a project: which there are, what each was tuned on, and which older ones one can go back to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import digest, read_bytes

MAX_STATE_BYTES = 2_000_000_000
_KEPT = 3  # newest weights that stay when old ones are forgotten, so that tuning can be rolled back after a restart


@dataclass(frozen=True)
class TunedWeights:
    """One result of tuning: `name` is the digest of its weights, `examples` are (frame, digest of its label map)."""

    name: str
    examples: tuple[tuple[int, str], ...]


class WeightsHistory:
    """Tuned weights of a project, oldest first; those that are on disk are not kept in memory."""

    def __init__(self) -> None:
        self._entries: dict[str, TunedWeights] = {}
        self._contents: dict[str, bytes | Path] = {}
        self._sizes: dict[str, int] = {}

    @property
    def entries(self) -> tuple[TunedWeights, ...]:
        """All tuned weights, oldest first."""
        return tuple(self._entries.values())

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def add(self, content: bytes, examples: Iterable[tuple[int, str]]) -> TunedWeights:
        """Keep tuned weights; the same bytes again become the newest entry, with the new examples."""
        entry = TunedWeights(digest(content), tuple(sorted(examples)))
        self._entries.pop(entry.name, None)
        self._entries[entry.name] = entry
        self._contents[entry.name] = content
        self._sizes[entry.name] = len(content)
        return entry

    def add_stored(self, entry: TunedWeights, path: Path, size: int) -> None:
        """Keep an entry whose weights are the content of the file `path`, `size` bytes."""
        self._entries[entry.name] = entry
        self._contents[entry.name] = path
        self._sizes[entry.name] = size

    def size(self, name: str) -> tuple[int, bool]:
        """Bytes of tuned weights, 0 if there are none of that name, and whether they are in memory."""
        return self._sizes.get(name, 0), isinstance(self._contents.get(name), bytes)

    def superfluous(self, needed: Iterable[str], in_use: str) -> list[str]:
        """The names of all weights but those `needed`, those in use and the ones before, and the newest few."""
        names = list(self._entries)
        around = names[: names.index(in_use) + 1][-2:] if in_use in names else []
        kept = {*needed, *around, *names[-_KEPT:]}
        return [name for name in names if name not in kept]

    def forget(self, names: Iterable[str]) -> None:
        """Drop entries and their weights."""
        for name in names:
            del self._entries[name], self._contents[name], self._sizes[name]

    def content(self, name: str) -> bytes:
        """The bytes of tuned weights, b"" for the name ""; LipError if its file cannot be read or is damaged."""
        if not name:
            return b""
        content = self._contents.get(name)
        if content is None:
            raise LipError(f"The project has no tuned weights {name[:40]!r}.")
        if isinstance(content, bytes):
            return content
        data = read_bytes(content, MAX_STATE_BYTES)
        if digest(data) != name:
            raise LipError(f"The tuned weights {content} are damaged.")
        return data

    def unwritten(self) -> tuple[tuple[str, bytes], ...]:
        """Names and bytes of the weights that are in memory only."""
        return tuple((name, content) for name, content in self._contents.items() if isinstance(content, bytes))

    def load_all(self) -> list[str]:
        """Bring all weights into memory, to write the project elsewhere.

        Entries whose file is gone or damaged are dropped; a sentence for each of them comes back.
        """
        dropped = []
        for name in list(self._entries):
            try:
                self._contents[name] = self.content(name)
            except LipError as error:
                self.forget([name])
                dropped.append(str(error))
        return dropped

    def moved(self, folder: Path) -> None:
        """Say that the project's folder, with the weights in it, is at `folder` now."""
        for name, content in self._contents.items():
            if isinstance(content, Path):
                self._contents[name] = folder / content.parent.name / content.name

    def written(self, name: str, path: Path) -> None:
        """Say that the file `path` holds these weights now; does nothing if they were forgotten meanwhile."""
        if name in self._contents:
            self._contents[name] = path
