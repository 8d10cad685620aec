"""Opening a file to import: what is missing, strange or of no known format is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.exchange import detect, open_import
from tests.core.importing.foreign import put, refused
from tests.core.importing.mask_files import SOURCE


def test_json_of_no_known_format_is_refused(tmp_path: Path) -> None:
    refused(put(tmp_path / "a.json", {"x": 1}), "auto", "no format that LIP knows")


def test_missing_and_strange_paths_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("x")
    for path, words in (("none", "does not exist"), ("a.doc", "Cannot import")):
        with pytest.raises(LipError, match=words):
            open_import(tmp_path / path, SOURCE)
    with pytest.raises(LipError, match="no format 'nothing'"):
        open_import(tmp_path, SOURCE, "nothing")
    assert detect(tmp_path) == "davis"
    with pytest.raises(LipError, match="no masks of 'clip'"):
        open_import(tmp_path, SOURCE)
