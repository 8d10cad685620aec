"""Every text of the window can be translated: literals that lupdate extracts, and no bare text on a widget."""

from __future__ import annotations

import ast
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lipgui

GUI = Path(__file__).resolve().parents[3] / "lipgui"
FILES = sorted(GUI.rglob("*.py"))
MARKED = {  # texts of tables, marked there by QT_TRANSLATE_NOOP
    *("row.text", "row.tip", "text", "tool.hint", "said.text"),
    "WORDS[doubt.sign, doubt.side]",
}
SHOWN = {  # calls that put text before the user's eyes, and which of their arguments do
    **dict.fromkeys(("setText", "setToolTip", "setWindowTitle", "setAccessibleName", "setPlaceholderText"), (0,)),
    **dict.fromkeys(("setInformativeText", "setAccessibleDescription", "addSection", "addAction", "addButton"), (0,)),
    **dict.fromkeys(("addItem", "QLabel", "QPushButton", "QCheckBox", "LipError", "setSuffix", "tell"), (0,)),
    **dict.fromkeys(("Message", "show_idle"), (0,)),
    "Entry": (1,),
    "push_tuning": (0,),
    **dict.fromkeys(("showMessage", "IconButton"), (0, 1)),
}
SAME_EVERYWHERE = {"", " px", " %", "px", "coco", "CUDA"}
ICONS = {path.stem for path in (GUI.parent / "resources" / "icons").glob("*.svg")}


def calls() -> Iterator[tuple[Path, str, ast.Call]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                yield path, name, node


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_module_of_the_window_is_read() -> None:
    found = {module.name for module in pkgutil.walk_packages(lipgui.__path__, "lipgui.")}
    read = {".".join(path.relative_to(GUI.parent).with_suffix("").parts).removesuffix(".__init__") for path in FILES}
    assert read == found | {"lipgui"}


def test_every_guarded_call_is_made_somewhere() -> None:
    assert set(SHOWN) - {name for _, name, _ in calls()} == set()


def test_texts_for_translation_are_literals() -> None:
    wrong = []
    for path, name, call in calls():
        if name == "tr" and not is_text(call.args[0]):
            wrong.append(f"{path.name}:{call.lineno}")
        if name in ("translate", "QT_TRANSLATE_NOOP") and not is_text(call.args[0]):
            wrong.append(f"{path.name}:{call.lineno}")
        if name == "translate" and not (is_text(call.args[1]) or ast.unparse(call.args[1]) in MARKED):
            wrong.append(f"{path.name}:{call.lineno}")
    assert wrong == []


def test_no_text_reaches_the_user_untranslated() -> None:
    bare = []
    for path, name, call in calls():
        for place in SHOWN.get(name, ()):
            argument = call.args[place] if place < len(call.args) else None
            if isinstance(argument, ast.JoinedStr):
                parts = "".join(str(each.value) for each in argument.values if isinstance(each, ast.Constant))
            elif argument is not None and is_text(argument):
                parts = ast.literal_eval(argument)
            else:
                continue
            if re.search("[A-Za-z]", re.sub("<[^>]*>", "", parts)) and parts not in SAME_EVERYWHERE | ICONS:
                bare.append(f"{path.name}:{call.lineno} {parts!r}")
    assert bare == []


def test_lupdate_extracts_every_text_without_a_warning(tmp_path: Path) -> None:
    lupdate = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent)) or shutil.which("pyside6-lupdate")
    if lupdate is None:
        pytest.skip("needs pyside6-lupdate")
    texts = tmp_path / "lip.ts"
    command = [lupdate, *map(str, FILES), "-ts", str(texts)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "arning" not in done.stdout + done.stderr
    found = set(re.findall("<source>(.*?)</source>", texts.read_text(encoding="utf-8"), re.DOTALL))
    plain = {text.replace("&amp;", "&").replace("&quot;", '"').replace("&apos;", "'") for text in found}
    plain = {text.replace("&lt;", "<").replace("&gt;", ">") for text in plain}
    wanted = {
        ast.literal_eval(call.args[place])
        for _, name, call in calls()
        for place in ([0] if name == "tr" else [1] if name in ("translate", "QT_TRANSLATE_NOOP") else [])
        if is_text(call.args[place])
    }
    assert wanted - plain == set()
