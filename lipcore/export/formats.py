"""What writes an export format: the options it takes, and a function that does it frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from lipcore.export.selection import Selection

OptionsT = TypeVar("OptionsT")


@dataclass(frozen=True)
class NoOptions:
    """For formats without options."""


@dataclass(frozen=True)
class ExportReport:
    """Progress of an export: `done` of `total` frames are written."""

    done: int
    total: int


@dataclass(frozen=True)
class Writer(Generic[OptionsT]):
    """What writes an export format.

    `options` is a frozen dataclass whose fields are bool, int, float or str with defaults, made by `option`.
    `write(selection, path, options)` writes to a new path and yields after each frame. `suffix` is that of the file,
    empty if the format is a folder; where options change it, `suffix_of(options)` says so. `needs_pictures(options)`
    tells whether it shows the video's pictures, `has_alpha` whether it holds soft edges. `names(selection, options,
    frame)` are the files that a folder gets for a frame, those of an object only if it is seen there, relative to the
    folder. `becomes(selection, options, object)` says what an object is in the format. `check(selection, options)`
    raises LipError for what cannot be written, and gives sentences about what is left out.
    """

    suffix: str
    options: type[OptionsT]
    write: Callable[[Selection, Path, OptionsT], Iterator[None]]
    needs_pictures: Callable[[OptionsT], bool] = lambda _: False
    names: Callable[[Selection, OptionsT, int], list[str]] = lambda *_: []
    becomes: Callable[[Selection, OptionsT, int], str] = lambda _selection, _options, number: f"index {number}"
    check: Callable[[Selection, OptionsT], Sequence[str]] = lambda *_: ()
    suffix_of: Callable[[OptionsT], str] | None = None
    has_alpha: bool = False

    def wants_pictures(self, selection: Selection, options: OptionsT) -> bool:
        """Whether the video's pictures must be there: where they are shown, or tell how soft edges run."""
        return self.needs_pictures(options) or (self.has_alpha and selection.has_soft_edges)

    def ending(self, options: OptionsT) -> str:
        """The suffix of the file that is written with these options, empty for a folder."""
        return self.suffix if self.suffix_of is None else self.suffix_of(options)


def option(default: bool | int | float | str, title: str, choices: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
    """A field of an options dataclass: its default, a title for people, and the only values allowed if any."""
    return field(default=default, metadata={"title": title, "choices": choices})
