"""The command that prints arrows, circles and sizes: on a small tree whose answer is known, and on this checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import load_script

ROOT = Path(__file__).resolve().parents[1]
structure = load_script(ROOT / "packaging" / "structure.py")
FILES = {
    "lipcore/__init__.py": "",
    "lipcore/errors.py": "import os\n",
    "lipcore/model/__init__.py": "from lipcore.errors import LipError\n",
    "lipcore/model/heads.py": "def f():\n    from lipcore.model import boxes\n    return boxes\n",
    "lipcore/model/boxes.py": "if TYPE_CHECKING:\n    from lipcore.model.heads import Head\n",
    "lipgui/__init__.py": "",
    "lipgui/app.py": "from lipcore.model.heads import Head\nimport lipcore.errors\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with two files that import each other, one of them in a function and one for types alone."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_arrows_and_circles(tree: Path) -> None:
    modules = structure.read_modules(tree)
    files = structure.arrows_between_files(modules)
    assert files["lipcore.model"] == {"lipcore.errors"}
    assert files["lipcore.model.heads"] == {"lipcore.model.boxes"}
    assert files["lipgui.app"] == {"lipcore.model.heads", "lipcore.errors"}
    assert structure.circles(files) == [["lipcore.model.boxes", "lipcore.model.heads"]]
    parts = structure.arrows_between_parts(modules)
    assert parts["lipcore.model"] == {"lipcore.errors"}
    assert parts["lipgui.app"] == {"lipcore.model", "lipcore.errors"}
    assert structure.circles(parts) == []


def test_two_circles_that_do_not_meet_are_two() -> None:
    arrows = {"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c", "e"}, "e": set()}
    assert structure.circles(arrows) == [["a", "b"], ["c", "d"]]


def test_what_is_printed(tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["structure.py", str(tree)])
    structure.main()
    lines = capsys.readouterr().out.splitlines()
    assert "lipcore.model                  3      6        3  errors" in lines
    assert "lipgui.app                     1      2        2  lipcore.errors lipcore.model" in lines
    assert "lipcore: 5 files, 7 lines; median 1, longest 3" in lines
    assert "  fullest folder: lipcore.model with 2 files" in lines
    assert "  imports inside: 3 between files, 1 between folders and single files at the top" in lines
    assert "circles of files: lipcore.model.boxes <-> lipcore.model.heads" in lines
    assert "circles of parts: none" in lines


def test_this_checkout_has_no_circle_of_parts() -> None:
    modules = structure.read_modules(ROOT)
    assert structure.circles(structure.arrows_between_parts(modules)) == []
    assert structure.arrows_between_files(modules)["lipgui.__main__"] == {"lipgui.app"}
