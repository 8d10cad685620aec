"""The file weights/history.json: which tuned weights a project has, oldest first, and what each was tuned on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from lipcore.errors import LipError
from lipcore.project.weights import TunedWeights
from lipcore.storage.fields import as_integer, as_list, as_object, as_text

_NAME = re.compile("[0-9a-f]{32}")
_MAX_TUNINGS = 10_000


def state_file(name: str) -> str:
    """The path of a state inside the project's folder."""
    return f"weights/{name}.safetensors"


def is_name_of_weights(text: str) -> bool:
    """Whether a text is a name as `WeightsHistory` gives them, and so a plain file name."""
    return _NAME.fullmatch(text) is not None


def encode_history(history: Iterable[TunedWeights]) -> bytes:
    """The content of the file; `decode_history` gives back the same entries."""
    items = [{"name": entry.name, "examples": [*map(list, entry.examples)]} for entry in history]
    return (json.dumps(items, indent=1) + "\n").encode()


def decode_history(document: object, frame_count: int) -> list[TunedWeights]:
    """The entries in the file's content; LipError, the end of a sentence, if it is wrong."""
    return [_tuned_weights(item, frame_count) for item in as_list(document, "it", _MAX_TUNINGS)]


def _tuned_weights(value: object, frame_count: int) -> TunedWeights:
    item = as_object(value, "an entry")
    name = as_text(item.get("name"), "name", 64)
    if not is_name_of_weights(name):
        raise LipError(f"{name[:40]!r} is no name of weights")
    examples = [as_list(example, "an example", 2) for example in as_list(item.get("examples"), "examples", frame_count)]
    if any(len(example) != 2 for example in examples):
        raise LipError("an example must have a frame and a digest")
    last = frame_count - 1
    return TunedWeights(
        name, tuple((as_integer(frame, "a frame", 0, last), as_text(mask, "a digest", 64)) for frame, mask in examples)
    )
