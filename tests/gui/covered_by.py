"""Modules of lipgui without a test of their own -> the test, below tests, that executes most of them."""

from __future__ import annotations

COVERED_BY: dict[str, str] = {
    "lipgui.controllers.curves.drawing": "e2e/curves_test.py",
    "lipgui.controllers.curves.editing": "e2e/curves_test.py",
    "lipgui.controllers.curves.tracking": "e2e/curves_test.py",
    "lipgui.controllers.edit_actions": "e2e/objects_test.py",
    "lipgui.controllers.frame_actions": "e2e/review_test.py",
    "lipgui.controllers.session.session": "e2e/project_test.py",
    "lipgui.controllers.view_actions": "e2e/looks_test.py",
    "lipgui.main_window": "e2e/keyboard_test.py",
}
