"""Rows of objects, and the names that are asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester

from lipcore.project.objects import VideoObject
from lipgui.panels.objects_model import ObjectRole, ObjectsModel
from tests.gui.panels.objects_panel_test import BALL, CAR, DOG


def test_the_model_keeps_the_rules_of_qt(qapp: object) -> None:
    model = ObjectsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_objects([DOG, BALL])
    model.show_scores({3: 0.5})
    model.show_objects([DOG])
    model.show_objects([])
    assert tester.model() is model


def test_the_same_ids_keep_their_rows_and_other_ids_make_new_ones(qapp: object) -> None:
    model, resets, changes = ObjectsModel(), [], []
    model.show_objects([DOG, BALL])
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda first, last, roles: changes.append((first.row(), last.row())))
    model.show_objects([VideoObject(3, "Cat", (1, 2, 3)), BALL])
    assert (resets, changes) == ([], [(0, 1)])
    assert model.index(0).data(ObjectRole.COLOUR) == QColor(1, 2, 3)
    model.show_objects([BALL, CAR])
    assert resets == [1]
    assert (model.row_of(9), model.row_of(3)) == (1, -1)
    assert model.object_at(2) is None


def test_scores_that_are_shown_already_change_nothing(qapp: object) -> None:
    model, changes = ObjectsModel(), []
    model.show_objects([DOG])
    model.dataChanged.connect(lambda *_: changes.append(1))
    model.show_scores({3: 0.5})
    model.show_scores({3: 0.5})
    assert changes == [1]


@pytest.mark.parametrize(("typed", "asked"), [("  Big \t dog ", [(3, "Big dog")]), ("Dog", []), ("  ", [])])
def test_a_name_is_asked_for_and_not_stored(qapp: object, typed: str, asked: list[tuple[int, str]]) -> None:
    model, names = ObjectsModel(), []
    model.show_objects([DOG])
    model.renameAsked.connect(lambda *values: names.append(values))
    assert model.setData(model.index(0), typed) == bool(asked)
    assert names == asked
    assert model.index(0).data() == "Dog"


def test_a_name_that_is_the_id_is_not_read_twice(qapp: object) -> None:
    model = ObjectsModel()
    model.show_objects([VideoObject(4, "Object 4", (0, 0, 0))])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Object 4"
