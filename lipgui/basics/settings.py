"""Preferences: a typed dataclass, mapped to QSettings in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QSplitter, QWidget

_RECENT_LIMIT = 10
_FRAMES_KEPT = 50


@dataclass(frozen=True)
class Preferences:
    """What the user has chosen; every field has a working default."""

    theme: str = "system"  # system, light or dark
    colour_blind: bool = True  # brighter than the DAVIS palette too, which exports keep
    device: str = "auto"  # auto, cpu, cuda, mps
    preset: str = "small"
    quality: str = "balanced"  # fast, balanced, best
    max_side: int = 0  # longest side the network sees, 0: the preset's own
    scale: int = 0  # per cent of the size of text and icons from the next start on, 0: the system's own
    frame_step: int = 10  # frames of Shift+arrow
    overlay: str = "tint"
    opacity: int = 42  # per cent
    backdrop: str = "#00a03c"  # what objects lie on where they are shown over a colour
    brush_size: int = 24  # pixels of the video
    paint_rule: str = "background"  # so that neighbours are not cut into
    onion: bool = False
    show_boxes: bool = True
    doubt_percent: int = 50  # cells at least this doubtful are walked through
    autosave: bool = True
    guide_seen: bool = False


class Settings:
    """Reads and writes preferences, layout, recent files and key bindings; the application's name fixes the place."""

    def __init__(self) -> None:
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "LIP", "LIP")

    def preferences(self) -> Preferences:
        """The stored preferences; a value that is missing or of the wrong type gives the default."""
        found: dict[str, object] = {}
        for field in fields(Preferences):
            default = getattr(Preferences(), field.name)
            text = str(self._store.value(f"preferences/{field.name}", default))
            if isinstance(default, bool):
                found[field.name] = text.lower() in ("true", "1")
            elif isinstance(default, int):
                found[field.name] = int(text) if text.lstrip("-").isdigit() else default
            else:
                found[field.name] = text
        return replace(Preferences(), **found)  # type: ignore[arg-type]

    def store(self, preferences: Preferences) -> None:
        """Keep the preferences."""
        for field in fields(Preferences):
            self._store.setValue(f"preferences/{field.name}", getattr(preferences, field.name))

    def recent(self) -> list[Path]:
        """Paths opened lately that still exist, newest first."""
        stored = self._store.value("recent", [])
        names = stored if isinstance(stored, list) else [stored]
        return [Path(str(name)) for name in names if name and Path(str(name)).exists()]

    def add_recent(self, path: Path) -> None:
        """Put `path` first among the recent ones."""
        others = [each for each in self.recent() if each != path]
        self._store.setValue("recent", [str(each) for each in [path, *others][:_RECENT_LIMIT]])

    def clear_recent(self) -> None:
        """Forget all recent paths."""
        self._store.remove("recent")

    def last_frame(self, path: Path) -> int:
        """The frame that was shown last of a project or video, 0 if nobody knows."""
        frames = self._last_frames()
        return frames.get(str(path), 0)

    def store_last_frame(self, path: Path, frame: int) -> None:
        """Keep the frame that is shown, for the paths used last."""
        frames = {name: each for name, each in self._last_frames().items() if name != str(path)}
        newest = list({**frames, str(path): frame}.items())[-_FRAMES_KEPT:]
        self._store.setValue("frames", [f"{each} {name}" for name, each in newest])

    def _last_frames(self) -> dict[str, int]:
        stored = self._store.value("frames", [])
        lines = stored if isinstance(stored, list) else [stored]
        pairs = (str(line).partition(" ") for line in lines if line)
        return {name: int(number) for number, _, name in pairs if number.isdigit()}

    def shortcuts(self) -> dict[str, str]:
        """Keys the user has bound himself, by action name; several keys are separated by "; "."""
        self._store.beginGroup("shortcuts")
        keys = {name: str(self._store.value(name, "")) for name in self._store.childKeys()}
        self._store.endGroup()
        return keys

    def store_shortcuts(self, keys: Mapping[str, str]) -> None:
        """Keep the user's own keys; those that are not named fall back to the defaults."""
        self._store.remove("shortcuts")
        for name, text in keys.items():
            self._store.setValue(f"shortcuts/{name}", text)

    def tuning_seconds(self, kind: str) -> float | None:
        """Seconds that tuning of this kind (preset, device, quality) took last on this computer, None if never."""
        text = str(self._store.value(f"seconds/{kind}", ""))
        return float(text) if text.replace(".", "", 1).isdigit() else None

    def store_tuning_seconds(self, kind: str, seconds: float) -> None:
        """Keep how long tuning took."""
        self._store.setValue(f"seconds/{kind}", f"{seconds:.1f}")

    def restore_layout(self, window: QWidget, splitters: Mapping[str, QSplitter]) -> None:
        """Give the window and its splitters the sizes they had."""
        window.restoreGeometry(self._layout("window"))
        for name, splitter in splitters.items():
            splitter.restoreState(self._layout(name))

    def store_layout(self, window: QWidget, splitters: Mapping[str, QSplitter]) -> None:
        """Keep the sizes of the window and its splitters."""
        self._store.setValue("layout/window", window.saveGeometry())
        for name, splitter in splitters.items():
            self._store.setValue(f"layout/{name}", splitter.saveState())

    def _layout(self, name: str) -> QByteArray:
        value = self._store.value(f"layout/{name}", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()
