"""Reasons for doubts: translators see every one."""

from __future__ import annotations

from lipcore.workflow.doubt import WORDS, Doubt, Side, Sign
from lipgui.document.doubt_words import SENTENCES, reason


def test_every_reason_is_there_for_translators() -> None:
    assert sorted(SENTENCES) == sorted(WORDS.values())
    assert reason(Doubt(3, 1, 1.0, 1.0, Sign.LEAK, Side.LEFT)) == "it leaks to the left"
