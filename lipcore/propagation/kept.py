"""What propagation keeps, within byte budgets: states to restart near any frame, references, results of a first way."""

from __future__ import annotations

import hashlib
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from tempfile import SpooledTemporaryFile

import numpy as np
from torch import Tensor, nn

from lipcore.model.matching import Reference
from lipcore.propagation.annotations import Annotation
from lipcore.propagation.propagator import PropagationState
from lipcore.propagation.result import FrameResult

STATE_BUDGET = 256 * 2**20  # bytes
SPACING = 16  # frames between kept states, until the budget asks for more
REFERENCE_BUDGET = 64 * 2**20  # bytes: some thirty frames of preset `small`
RESULTS_IN_MEMORY = 32 * 2**20  # bytes of compressed label maps; those beyond lie in a temporary file
_LEVEL = 1  # of zlib; label maps hardly shrink further at higher levels
_NO_LABELS = np.zeros((0, 0), np.uint8)


class KeptResults:
    """Frame results by frame: label maps compressed, on disk from some size on; the rest of a result is small."""

    def __init__(self, in_memory: int = RESULTS_IN_MEMORY) -> None:
        self._file = SpooledTemporaryFile(max_size=in_memory)
        weakref.finalize(self, self._file.close)
        self._kept: dict[int, tuple[FrameResult, tuple[int, ...], int, int]] = {}

    def __contains__(self, frame: int) -> bool:
        return frame in self._kept

    def put(self, result: FrameResult) -> None:
        """Keep the result of a frame, instead of an earlier one."""
        data = zlib.compress(np.ascontiguousarray(result.labels).tobytes(), _LEVEL)
        place = self._file.seek(0, 2)
        self._file.write(data)
        self._kept[result.frame] = replace(result, labels=_NO_LABELS), result.labels.shape, place, len(data)

    def get(self, frame: int) -> FrameResult:
        """The result of a frame; KeyError if it was not kept."""
        result, shape, place, length = self._kept[frame]
        self._file.seek(place)
        labels = np.frombuffer(zlib.decompress(self._file.read(length)), np.uint8).reshape(shape)
        return replace(result, labels=labels)

    def sees(self, frame: int) -> frozenset[int]:
        """The objects that are seen in a frame, none where nothing is kept."""
        return frozenset(item.object_id for item in self._kept[frame][0].instances) if frame in self else frozenset()

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._file.seek(0)
        self._file.truncate()


@dataclass
class _Way:
    """The kept states of one run in one direction, by frame, and their bytes."""

    spacing: int
    states: dict[int, tuple[PropagationState, int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(size for _, size in self.states.values())


class StateStore:
    """Kept states of runs. A run is named by everything its states depend on; those of others leave first.

    Of a run that does not fit the budget every second state is dropped, as often as it takes: restarting at any
    frame the run has passed costs less than `spacing` frames, and twice as many each time that happens.
    """

    def __init__(self, budget: int = STATE_BUDGET, spacing: int = SPACING) -> None:
        self.budget, self._spacing = budget, spacing
        self._first_of: str = ""
        self._first_results = KeptResults()
        self._ways: OrderedDict[tuple[str, int], _Way] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes of all kept states, at most the budget."""
        return sum(way.size for way in self._ways.values())

    def keep(self, run: str, direction: int, frame: int, state: PropagationState) -> None:
        """Keep the state after `frame` of a run that travels by `direction` (1 or -1), if one is due there."""
        if self.budget <= 0:
            return
        way = self._ways.setdefault((run, direction), _Way(self._spacing))
        self._ways.move_to_end((run, direction))
        if frame % way.spacing or frame in way.states:
            return
        way.states[frame] = state, size_of(state)
        while self.size > self.budget:
            self._shrink(run)

    def nearest(self, run: str, frames: range) -> tuple[int, PropagationState] | None:
        """The last of `frames`, in order of travel by 1 or -1, after which a state is kept, and that state."""
        way = self._ways.get((run, frames.step))
        known = [frame for frame in way.states if frame in frames] if way is not None else []
        if way is None or not known:
            return None
        frame = max(known) if frames.step > 0 else min(known)
        return frame, way.states[frame][0]

    def first_results(self, run: str) -> KeptResults:
        """What the first of two ways of a run has found, empty unless it is the run that was asked for last."""
        if run != self._first_of:
            self._first_of = run
            self._first_results.clear()
        return self._first_results

    def clear(self) -> None:
        """Forget everything."""
        self._ways.clear()
        self._first_of = ""
        self._first_results.clear()

    def _shrink(self, run: str) -> None:
        """Forget the oldest other run, or else every second state of the larger way."""
        other = next((key for key in self._ways if key[0] != run), None)
        if other is not None:
            del self._ways[other]
            return
        way = max(self._ways.values(), key=lambda each: each.size)
        way.spacing *= 2
        kept = {frame: entry for frame, entry in way.states.items() if frame % way.spacing == 0}
        way.states = kept if len(way.states) > 1 else {}


@dataclass(frozen=True)
class RunStates:
    """The kept states of one run in a store."""

    store: StateStore
    run: str

    def keep(self, direction: int, frame: int, state: PropagationState) -> None:
        """Keep the state after `frame` if one is due there."""
        self.store.keep(self.run, direction, frame, state)

    def nearest(self, frames: range) -> tuple[int, PropagationState] | None:
        """The last of `frames`, in order of travel, after which a state is kept, and that state."""
        return self.store.nearest(self.run, frames)

    @property
    def first_results(self) -> KeptResults:
        """What the first of two ways of this run has found."""
        return self.store.first_results(self.run)

    def at(self, direction: int, frame: int) -> PropagationState | None:
        """The state after `frame` of the way that travels by `direction`, if it is kept."""
        found = self.store.nearest(self.run, range(frame, frame + direction, direction))
        return None if found is None else found[1]


def run_name(annotations: Mapping[int, Annotation], weights: bytes, *others: object) -> str:
    """A name for what states depend on: annotated frames, tuned weights, and whatever else, by its `repr`."""
    digest = hashlib.sha256(weights)
    for frame, annotation in annotations.items():
        digest.update(repr((frame, annotation.labels.shape, annotation.slots.shape)).encode())
        digest.update(annotation.labels.tobytes())
        digest.update(annotation.slots.tobytes())
    digest.update(repr(others).encode())
    return digest.hexdigest()


def size_of(value: object) -> int:
    """Bytes of the tensors, arrays and layers in a value made of tuples."""
    if isinstance(value, Tensor | np.ndarray):
        return value.nbytes
    if isinstance(value, nn.Module):
        return sum(parameter.nbytes for parameter in value.parameters())
    return sum(size_of(part) for part in value) if isinstance(value, tuple) else 0


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
