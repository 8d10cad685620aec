"""YouTube-VOS: the file that lists in which frames an object is seen."""

from __future__ import annotations

import json
from pathlib import Path

from lipcore.exchange import Selection, export, find_format
from lipcore.export.writers.sequences.youtube_vos import YoutubeVosOptions
from tests.core.export.noise import noise_video
from tests.core.hard_labels import hard_labels, labelled


def test_youtube_vos_meta_lists_the_frames_where_an_object_is_seen(tmp_path: Path) -> None:
    maps = hard_labels()
    options = YoutubeVosOptions(pictures=True)
    form = find_format("youtube-vos")
    list(export(Selection(labelled(maps), pictures=noise_video(len(maps))), form, tmp_path / "out", options))
    meta = json.loads((tmp_path / "out" / "meta.json").read_text(encoding="utf-8"))
    objects = meta["videos"]["clip"]["objects"]
    assert objects["1"]["category"] == "Käse / 1"
    for number in (1, 3, 254):
        expected = [f"{frame:05d}" for frame, labels in enumerate(maps) if (labels == number).any()]
        assert objects[str(number)]["frames"] == expected
    for name in ("Annotations", "JPEGImages"):
        assert len(list((tmp_path / "out" / name / "clip").iterdir())) == len(maps)
