"""The file that lists tuned weights: entries come back, and names can be nothing but plain file names."""

from __future__ import annotations

import json

import pytest

from lipcore.errors import LipError
from lipcore.project.weights import TunedWeights
from lipcore.storage.weights_file import decode_history, encode_history, is_name_of_weights, state_file

NAME = "0123456789abcdef" * 2


def test_entries_come_back_in_order() -> None:
    history = [TunedWeights(NAME, ((0, "a" * 64), (9, ""))), TunedWeights(NAME[::-1], ())]
    assert decode_history(json.loads(encode_history(history)), 10) == history


@pytest.mark.parametrize("name", ["", NAME[1:], NAME + "0", NAME.upper(), "../" + NAME[3:], NAME + "\n"])
def test_a_name_is_32_hexadecimal_digits(name: str) -> None:
    assert is_name_of_weights(NAME)
    assert not is_name_of_weights(name)
    assert state_file(NAME) == f"weights/{NAME}.safetensors"
    with pytest.raises(LipError, match="is no name of weights"):
        decode_history([{"name": name, "examples": []}], 10)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (5, "an entry must be an object"),
        ({"examples": []}, "name must be a text"),
        ({"name": NAME}, "examples must be a list"),
        ({"name": NAME, "examples": [[0, "a"]] * 11}, "at most 10 items"),
        ({"name": NAME, "examples": [[0]]}, "must have a frame and a digest"),
        ({"name": NAME, "examples": [[10, "a"]]}, "a frame must be a whole number from 0 to 9"),
        ({"name": NAME, "examples": [[0, 5]]}, "a digest must be a text"),
    ],
)
def test_other_entries_are_refused(entry: object, words: str) -> None:
    with pytest.raises(LipError, match=words):
        decode_history([entry], 10)
