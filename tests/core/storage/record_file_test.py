"""The record as JSON: whatever a project may be comes back, and every field is checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lipcore.errors import LipError
from lipcore.project.edge_settings import EdgeSettings
from lipcore.project.objects import default_object
from lipcore.project.record import ProjectRecord, VideoFingerprint
from lipcore.project.stopped_run import StoppedRun
from lipcore.storage.record_file import FORMAT, decode_record, encode_record
from tests.core.curves.shapes import moving
from tests.core.project.helpers import small_project

CURVES = (moving((0, 2.0), (2, 5.0)),)


@pytest.fixture
def record() -> ProjectRecord:
    """A record in which nothing is as it is by default."""
    return replace(
        small_project(5).record,
        name="Käse",
        video_path=Path("/videos/clip.mp4"),
        fingerprint=VideoFingerprint(123, "ab" * 16),
        frame_names=("a", "b", "c", "d", "e"),
        in_out=(1, 3),
        objects=(
            replace(
                default_object(1),
                hidden=True,
                locked=True,
                edges=EdgeSettings(width=4.0),
                curves=CURVES,
            ),
            default_object(200),
        ),
        settings={"a": 1, "b": 0.5, "c": "text", "d": True},
        weights="0" * 32,
        stopped=StoppedRun("both", 1, 3, ((2, 2),), (1,), True),
    )


def changed(record: ProjectRecord, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = json.loads(encode_record(record, Path("/projects")))
    change(document)
    return document


def test_everything_comes_back_with_the_kinds_that_it_had(record: ProjectRecord) -> None:
    content = encode_record(record, Path("/projects"))
    back = decode_record(json.loads(content), Path("/projects"))
    assert back == record
    assert {name: type(value) for name, value in back.settings.items()} == {"a": int, "b": float, "c": str, "d": bool}
    assert encode_record(back, Path("/projects")) == content
    assert json.loads(content)["format"] == FORMAT


def test_frames_that_are_numbers_are_not_written_one_by_one(record: ProjectRecord) -> None:
    plain = replace(record, frame_names=tuple(f"{frame:05d}" for frame in range(5)))
    document = json.loads(encode_record(plain, Path("/projects")))
    assert document["frames"]["names"] is None
    assert decode_record(document, Path("/projects")) == plain


def test_a_video_that_moved_with_its_project_is_found(record: ProjectRecord, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    (after / "videos").mkdir(parents=True)
    record = replace(record, video_path=before / "videos" / "clip.mp4")
    document = json.loads(encode_record(record, before / "project.lip"))
    assert decode_record(document, after / "project.lip").video_path == record.video_path  # it is in neither place
    (after / "videos" / "clip.mp4").touch()
    assert decode_record(document, after / "project.lip").video_path == after / "videos" / "clip.mp4"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda top: top.pop("frames"), "frames must be an object"),
        (lambda top: top["frames"].update(count=0), r"frames\.count must be a whole number"),
        (lambda top: top["frames"].update(names=["a"]), r"frames\.names must have 5 names"),
        (lambda top: top["frames"].update(rate="x"), r"frames\.rate must be a number"),
        (lambda top: top.update(range=[0]), "range must have 2 items"),
        (lambda top: top.update(range=[0, 5]), "range must be a whole number from 0 to 4"),
        (lambda top: top["objects"][0].update(id=0), "an object's id"),
        (lambda top: top["objects"][0].update(colour=[1, 2]), "colour must have 3 items"),
        (lambda top: top["objects"][0].update(hidden=1), "hidden must be true or false"),
        (lambda top: top["video"].update(digest=5), r"video\.digest must be a text"),
        (lambda top: top["settings"].update(a=[]), "a setting must be a number"),
        (lambda top: top.update(stopped={}), r"stopped\.range"),
        (lambda top: top["stopped"].update(direction="up"), "no direction 'up'"),
        (lambda top: top["stopped"].update(only=[0]), r"stopped\.only"),
    ],
)
def test_fields_that_are_wrong_are_named(
    record: ProjectRecord, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    with pytest.raises(LipError, match=words):
        decode_record(changed(record, change), Path("/projects"))


def test_what_older_programs_did_not_write_may_be_missing(record: ProjectRecord) -> None:
    plain = replace(record, stopped=None, fingerprint=None, objects=(default_object(1),))
    document = changed(plain, lambda top: None)
    assert "stopped" not in document
    assert "curves" not in document
    assert "edges" not in document["objects"][0]
    assert decode_record(document, Path("/projects")) == plain
