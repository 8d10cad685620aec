"""References of annotated frames, kept so that propagating again need not look at those frames again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from lipcore.model.matching import Reference
from lipcore.propagation.annotations import Annotation
from lipcore.propagation.memory import size_of

REFERENCE_BUDGET = 64 * 2**20  # bytes: some thirty frames of preset `small`


class ReferenceStore:
    """References of single annotated frames of one video, by frame, labels and weights; the longest unused leave first.

    A budget of 0 bytes keeps none.
    """

    def __init__(self, budget: int = REFERENCE_BUDGET) -> None:
        self.budget = budget
        self._kept: OrderedDict[str, Reference] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes of all references, at most the budget."""
        return sum(size_of(reference) for reference in self._kept.values())

    def get(self, annotation: Annotation, count: int, weights: bytes, make: Callable[[], Reference]) -> Reference:
        """The reference of a frame in which `count` objects may be, for the tuned `weights`; made if it is not kept."""
        digest = hashlib.sha256(weights)
        digest.update(repr((annotation.frame, annotation.slots.shape, count)).encode())
        digest.update(annotation.slots.tobytes())
        name = digest.hexdigest()
        found = self._kept.pop(name, None)
        reference = make() if found is None else found
        self._kept[name] = reference
        while self.size > self.budget:
            self._kept.popitem(last=False)
        return reference

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
