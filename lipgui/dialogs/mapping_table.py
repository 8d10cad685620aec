"""A table of what becomes which object in an import, with a choice for each: an object there is, a new one, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lipcore.exchange import ImportedFrame, Mapped
from lipcore.masks import IGNORE
from lipcore.project.project import Project

_ROWS = 5  # that are shown at once


class MappingTable(QTableWidget):
    """One row for each object of an import; `targets` gives what was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self._numbers: list[int] = []
        self.setAccessibleName(self.tr("What becomes which object"))
        self.setHorizontalHeaderLabels([self.tr("In the file"), self.tr("Becomes")])
        self.verticalHeader().hide()
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        for column in range(2):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def show_mapping(self, items: Sequence[Mapped], project: Project) -> None:
        """List the objects of an import, each beside what becomes of it unless something else is chosen."""
        self._numbers = [item.object_id for item in items]
        self.setRowCount(len(items))
        for row, item in enumerate(items):
            text = item.name if item.name == item.origin else f"{item.name} ({item.origin})"
            self.setItem(row, 0, QTableWidgetItem(text))
            box = QComboBox()
            box.setAccessibleName(self.tr("What {0} becomes").format(item.name))
            if item.there is None:
                box.addItem(self.tr("New object {0}").format(item.object_id), item.object_id)
            for each in project.objects.values():
                box.addItem(f"{each.object_id}  {each.name}", each.object_id)
            if item.there is not None:
                box.setCurrentIndex(box.findData(item.object_id))
            box.addItem(self.tr("Leave it out"), 0)
            self.setCellWidget(row, 1, box)
            self.setRowHeight(row, box.sizeHint().height() + 4)
        height = sum(self.rowHeight(row) for row in range(min(len(items), _ROWS)))
        self.setFixedHeight(height + self.horizontalHeader().sizeHint().height() + 6)

    def targets(self) -> dict[int, int]:
        """The object that each object of the import goes into, 0 for one that is left out."""
        found = {}
        for row, number in enumerate(self._numbers):
            box = self.cellWidget(row, 1)
            assert isinstance(box, QComboBox)
            found[number] = int(box.currentData())
        return found


def redirected(frame: ImportedFrame, targets: Mapping[int, int]) -> ImportedFrame:
    """The frame with its objects' ids replaced; ids without a target, and those with target 0, become background."""
    table = np.zeros(256, np.uint8)
    table[IGNORE] = IGNORE
    for number, target in targets.items():
        table[number] = target
    scores = {targets[number]: score for number, score in frame.scores.items() if targets.get(number)}
    return replace(frame, labels=table[frame.labels], scores=scores)
