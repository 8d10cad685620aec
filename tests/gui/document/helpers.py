"""Masks, runs and the whole state of a document."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell
from lipgui.document.document import Document
from lipgui.document.entry import Entry


def square(top: int, left: int, side: int = 10) -> NDArray[np.bool_]:
    mask = np.zeros((48, 64), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def everything(document: Document) -> tuple[bytes, ...]:
    project = document.project
    labels = tuple(project.labels(frame).tobytes() for frame in range(project.frame_count))
    cells = (project.provenances.tobytes(), project.scores.tobytes(), project.boxes.tobytes())
    return (*labels, *cells, repr(dict(project.objects)).encode(), document.tuned_weights())


def push_run(document: Document, frame: int, job: int) -> None:
    labels = square(frame, frame).astype(np.uint8)
    cell = Cell(1, Provenance.MODEL, 0.5, (1.0, 2.0, 3.0, 4.0))
    change = document.project.change(frame, labels, [cell])
    document.push(Entry(document, "Propagate", [change], job=job))
