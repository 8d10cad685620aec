"""A monkey at the real window: random actions, strokes, keys and jobs, and checks that nothing is lost by them."""

from __future__ import annotations

import gc
import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.exceptions import TimeoutError as NeverHappened

from lipcore.project.project import Project
from lipcore.storage.project_folder import ProjectFolder
from tests.e2e.conftest import Hands

NOT_FOR_MONKEYS = {
    *("open_video", "open_folder", "open_project", "open_sample", "save_as", "close_project", "quit"),
    *("export", "import_masks", "preferences", "edit_shortcuts", "show_shortcuts", "show_guide", "report", "about"),
    *("swap_objects", "merge_objects", "split_part", "repair", "clean", "copy_command", "full_screen"),
}
"""Actions that leave the project, ask with a dialog of their own or a menu, or reach out of the window."""

KEYS = (
    *(Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(
        Qt.Key.Key_1,
        Qt.Key.Key_2,
        Qt.Key.Key_3,
        Qt.Key.Key_N,
        Qt.Key.Key_V,
        Qt.Key.Key_X,
        Qt.Key.Key_H,
        Qt.Key.Key_Space,
    ),
    *(Qt.Key.Key_B, Qt.Key.Key_E, Qt.Key.Key_P, Qt.Key.Key_L, Qt.Key.Key_G, Qt.Key.Key_Delete, Qt.Key.Key_Backspace),
)
MODIFIERS = (Qt.KeyboardModifier.NoModifier,) * 4 + (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier)
JOBS = ("tune", "propagate_forward", "propagate_backward", "propagate_both", "correct", "tune_and_propagate")


@dataclass
class Tally:
    """What was done and found; memory in bytes after each check."""

    actions: int = 0
    checks: int = 0
    undone: int = 0
    memory: list[int] = field(default_factory=list)


def content(project: Project) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[object, ...]]:
    """Everything a project says, for comparison."""
    labels = tuple(project.labels(frame).tobytes() for frame in range(project.frame_count))
    cells = project.provenances.tobytes(), project.scores.tobytes(), project.boxes.tobytes()
    return labels, cells, tuple(sorted(project.objects.items()))


def digest(project: Project) -> bytes:
    """Stands for everything a project says: hundreds of copies of that would look like lost memory."""
    labels, cells, objects = content(project)
    return hashlib.blake2b(b"".join((*labels, *cells)) + repr(objects).encode()).digest()


def difference(saved: Project, shown: Project) -> str:
    """Where what is saved is not what is shown."""
    frames = range(shown.frame_count)
    parts = {
        "labels": [frame for frame in frames if not np.array_equal(saved.labels(frame), shown.labels(frame))],
        **{
            name: np.argwhere(getattr(saved, name).view(np.uint8) != getattr(shown, name).view(np.uint8))[:5].tolist()
            for name in ("provenances", "scores", "boxes")
        },
        "objects": [saved.objects.get(number) for number in {*saved.objects, *shown.objects}]
        if saved.objects != shown.objects
        else [],
    }
    return f"what is saved is not what is shown: { ({name: found for name, found in parts.items() if found}) }"


class Monkey:
    """Uses the window of `hands`, whose project is saved at `path`; a seed does the same again as far as jobs allow."""

    def __init__(self, hands: Hands, path: Path, seed: int) -> None:
        self._hands, self._window, self._path = hands, hands.window, path
        self._dice = random.Random(seed)
        self._actions = sorted(
            name for name in self._window.actions_by_name.keys() if name not in {*NOT_FOR_MONKEYS, *JOBS}
        )
        self.tally = Tally()

    def act(self) -> None:
        """Do one random thing."""
        doings: tuple[tuple[int, Callable[[], None]], ...] = (
            *((6, self._drag), (6, self._action), (3, self._key), (2, self._click), (2, self._go), (1, self._range)),
            *((1, self._undo), (1, self._job), (1, self._wheel)),
        )
        weights, functions = zip(*doings, strict=True)
        self._dice.choices(functions, weights)[0]()
        self._close_popups()
        self.tally.actions += 1

    def check(self) -> None:
        """Everything undone and done again is the same, and what is saved is what is shown."""
        self._rest()
        document = self._window.document
        before, stack = content(document.project), document.stack
        index = stack.index()
        states = [digest(document.project)]
        while stack.canUndo():
            stack.undo()
            self.tally.undone += 1
            if stack.index() % 25 == 0:
                states.append(digest(document.project))
        while stack.index() < index:
            if stack.index() % 25 == 0:
                assert digest(document.project) == states.pop(), f"undo and redo differ at {stack.index()}"
            stack.redo()
        assert content(document.project) == before, "undoing and redoing everything changed something"
        self._hands.qtbot.waitUntil(
            lambda: self._window.status.saved_label.text() == "All changes saved", timeout=60_000
        )
        shown = content(document.project)  # a tool that was still thinking may have painted meanwhile
        folder = ProjectFolder.read(self._path)
        try:
            assert folder.notes == ()
            assert content(folder.project) == shown, difference(folder.project, document.project)
        finally:
            folder.close()
        self.tally.checks += 1
        states.clear()
        gc.collect()
        self.tally.memory.append(psutil.Process().memory_info().rss)

    def _rest(self) -> None:
        """Stop playing and wait for the job that runs."""
        self._window.timeline.set_playing(False)
        self._window.queue.drop_waiting()
        with suppress(NeverHappened):
            self._hands.qtbot.waitUntil(lambda: self._window.queue.current is None, timeout=30_000)
        assert self._window.queue.current is None
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _close_popups(self) -> None:
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for menu in self._window.findChildren(QMenu):
            if menu.isVisible():
                menu.close()
        for dialog in self._window.findChildren(QDialog):  # a hundred that stay open look like lost memory
            if dialog.isVisible():
                dialog.reject()

    def _point(self) -> tuple[float, float]:
        project = self._window.document.project
        return self._dice.uniform(-5, project.width + 5), self._dice.uniform(-5, project.height + 5)

    def _drag(self) -> None:
        self._hands.drag(*(self._point() for _ in range(self._dice.randrange(2, 7))))

    def _click(self) -> None:
        viewport = self._window.canvas.viewport
        button = self._dice.choice((Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton))
        QTest.mouseClick(viewport, button, self._dice.choice(MODIFIERS), self._hands.point(*self._point()))

    def _wheel(self) -> None:
        self._window.canvas.zoom_by(self._dice.choice((0.5, 0.8, 1.25, 2.0)))

    def _key(self) -> None:
        self._hands.key(self._dice.choice(KEYS), self._dice.choice(MODIFIERS))

    def _action(self) -> None:
        action = self._window.actions_by_name[self._dice.choice(self._actions)]
        if action.isEnabled():
            action.trigger()

    def _undo(self) -> None:
        name = self._dice.choice(("undo", "undo", "redo"))
        for _ in range(self._dice.randrange(1, 4)):  # seldom more than was done since
            self._hands.do(name)

    def _go(self) -> None:
        self._window.timeline.frameRequested.emit(self._dice.randrange(self._window.document.project.frame_count))

    def _range(self) -> None:
        strip = self._window.timeline
        first, last = (
            QPoint(self._dice.randrange(max(1, strip.width())), self._dice.randrange(max(1, strip.height())))
            for _ in range(2)
        )
        QTest.mousePress(strip, Qt.MouseButton.LeftButton, self._dice.choice(MODIFIERS), first)
        QTest.mouseMove(strip, last)
        QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)

    def _job(self) -> None:
        self._hands.begin(self._dice.choice(JOBS))
