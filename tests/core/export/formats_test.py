"""Writers of formats: the names that they tell beforehand are those written, and none is hidden from programs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lipcore.exchange import WRITABLE, Format, Selection, export
from tests.core.export.noise import noise_video
from tests.core.hard_labels import export_all, hard_labels, labelled


@pytest.mark.parametrize("form", [known for known in WRITABLE if not known.writer.suffix], ids=lambda known: known.name)
@pytest.mark.parametrize("flipped", [False, True])
def test_the_names_told_beforehand_are_those_written(tmp_path: Path, form: Format, flipped: bool) -> None:
    maps = hard_labels(ignore=False)
    selection = Selection(labelled(maps), 1, 6, pictures=noise_video(len(maps)))
    switches = {field.name: True for field in fields(form.writer.options) if field.default is False and flipped}
    options = form.writer.options(**switches)
    list(export(selection, form, tmp_path / "out", options))
    beside = {"data.yaml", "meta.json", "ImageSets/2017/val.txt", "ImageSets/Segmentation/default.txt"}
    beside |= {"labelmap.txt", "isat.yaml"}
    written = {
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    }
    told = {name for frame in selection.frames for name in form.writer.names(selection, options, frame)}
    if form.name == "masks":  # an object that is seen somewhere has a mask in every frame
        assert told <= written
    else:
        assert told == {name for name in written if name not in beside and not name.startswith(".")}


@pytest.mark.parametrize("form", [form for form in WRITABLE if not form.writer.suffix], ids=lambda form: form.name)
def test_hidden_files_are_of_no_kind_that_programs_collect(form: Format, tmp_path: Path) -> None:
    """Programs read every *.json, *.png or *.txt of a folder, those with a dot in front, too."""
    if form.writer.needs_pictures(form.writer.options()):
        pytest.skip("shows the video's pictures")
    export_all(labelled(hard_labels()[:2]), form.name, tmp_path / "out")
    hidden = [path for path in (tmp_path / "out").rglob(".*") if path.is_file()]
    assert [path.suffix for path in hidden] == [""]
