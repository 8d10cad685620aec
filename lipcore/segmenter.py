"""Segmenter: one network on one device, tuned on annotated frames and propagated; what CLI, window and scripts use."""

from __future__ import annotations

import json
import weakref
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save

from lipcore.errors import LipError, NotTuned
from lipcore.learning.reports import TuneReport
from lipcore.machine.device import choose_device, device_title, memory_advice, precision
from lipcore.machine.process_memory import give_back
from lipcore.masks import binary_mask
from lipcore.model import LipNetwork, build_network
from lipcore.model.matching import Reference
from lipcore.model.specialise import extend, restore_tuned, specialise, tuned_tensors, with_untuned_masks
from lipcore.network_input import InputSize, ObjectSlots, image_tensor
from lipcore.presets import DEFAULT_PRESET, Preset, find_preset
from lipcore.propagation.annotations import Annotation, chosen, prepare
from lipcore.propagation.kept import ReferenceStore, RunStates, StateStore, run_name
from lipcore.propagation.preview import slots_of_shares
from lipcore.propagation.propagate import propagate
from lipcore.propagation.propagator import PropagationConfig, Propagator
from lipcore.propagation.result import FrameResult
from lipcore.propagation.stages.evidence import ColourModel
from lipcore.resources import resource
from lipcore.tuning.config import TuneConfig
from lipcore.tuning.feature_cache import Example
from lipcore.tuning.tuner import fine_tune
from lipcore.video import Video
from lipcore.weights.checkpoint import load_checkpoint, weights_hash
from lipcore.weights.known import imported_weights

DIRECTIONS = ("forward", "backward", "both")
_CARD_ENTRY = "tuned"


class Segmenter:
    """Finds the objects of a video in every frame, given their masks on some. Not thread-safe: one job at a time.

    `states` holds kept states of the last runs through the last video, `references` what was seen of its annotated
    frames; a budget of 0 bytes keeps none.
    """

    def __init__(
        self,
        network: LipNetwork,
        device: torch.device,
        max_side: int | None = None,
        seed: int = 0,
        trained: bool = True,
    ) -> None:
        self.device, self.max_side, self.seed, self.trained = device, max_side, seed, trained
        self.network: LipNetwork = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network.eval().requires_grad_(False)
        self.weights_hash = weights_hash(network)
        self.device_name = device_title(device)
        self._tuned: LipNetwork | None = None
        self._ids = ObjectSlots(())
        self.states, self.references = StateStore(), ReferenceStore()
        self._video: weakref.ref[Video] | None = None  # that those two are about
        self._preview_references = ReferenceStore()  # of its own, for previews may be asked for by another thread
        self._previewed: weakref.ref[Video] | None = None

    @classmethod
    def load(
        cls,
        preset: str | None = None,
        weights: Path | None = None,
        device: str = "auto",
        max_side: int | None = None,
        seed: int = 0,
    ) -> Segmenter:
        """A segmenter with the weights of a file, which say their preset, or those that come with LIP for a preset.

        Without either, they are the bundled weights of `small`. Presets without bundled weights start untrained, and
        `trained` says so. LipError for an unknown preset or device, or a file that is damaged or belongs to another
        preset.
        """
        wanted = find_preset(DEFAULT_PRESET if preset is None else preset)
        chosen = choose_device(device)
        path = weights or bundled_weights(wanted)
        torch.manual_seed(seed)
        if path is None:
            return cls(build_network(wanted.network), chosen, max_side, seed, trained=False)
        network, card = load_checkpoint(path)
        find_preset(card.config.preset)
        if preset not in (None, card.config.preset):
            raise LipError(f"The weights {path} are for preset {card.config.preset}, not {preset}.")
        return cls(network, chosen, max_side, seed)

    @property
    def preset(self) -> str:
        """Name of the network's preset."""
        return self.network.config.preset

    def input_size(self, video: Video) -> InputSize:
        """The size at which the network sees a video."""
        config = self.network.config
        return InputSize.fit(video.height, video.width, config.shorter_side, config.longer_side, self.max_side)

    def tune(
        self,
        video: Video,
        annotations: Mapping[int, NDArray[np.uint8]],
        quality: str = "balanced",
        config: TuneConfig | None = None,
    ) -> Iterator[TuneReport]:
        """Fine-tune on the annotated frames (label maps (H, W) uint8 by frame), from the current weights if tuned.

        `config` replaces the one that `quality` (fast, balanced, best) names. The first reports, of number 0, say
        how far the annotated frames are prepared. Stopping the iteration keeps what was tuned so far.
        """
        config = config or replace(find_preset(self.preset).tuning(quality), seed=self.seed)
        return self._tune(video, _checked(video, annotations), config)

    def _tune(
        self, video: Video, annotations: Mapping[int, NDArray[np.uint8]], config: TuneConfig
    ) -> Iterator[TuneReport]:
        ids = ObjectSlots.of(list(annotations.values()))
        if not len(ids):
            raise LipError("There is nothing to tune on: paint the objects on at least one frame first.")
        before = self._tuned, self._ids
        fresh = self._prepare_objects(ids)
        assert self._tuned is not None
        size = self.input_size(video)
        prepared = prepare(annotations, self._ids, size)
        everything = frozenset(range(1, len(self._ids) + 1))
        examples = [
            Example(size.image(video[frame]), annotation.slots, partial=annotation.shown != everything)
            for frame, annotation in chosen({frame: each for frame, each in prepared.items() if each.shown}).items()
        ]
        begun = False
        try:
            for step in fine_tune(self._tuned, examples, config, fresh):
                begun = begun or not step.preparing
                yield step
            begun = True
        finally:
            if not begun:  # stopped, or short of memory: new outputs that were never tuned must not be used
                self._tuned, self._ids = before
            give_back()

    def _prepare_objects(self, ids: ObjectSlots) -> set[int]:
        """Give every object its outputs, keeping those that are tuned already; the id outputs that are new."""
        if self._tuned is None:
            torch.manual_seed(self.seed)
            self._tuned, self._ids = specialise(self.network, len(ids)), ids
            return set(range(1 + len(ids)))
        known = self._ids.ids
        if set(ids.ids) <= set(known):
            return set()
        torch.manual_seed(self.seed)
        together = ObjectSlots((*known, *(object_id for object_id in ids.ids if object_id not in known)))
        rows = [known.index(object_id) if object_id in known else None for object_id in together.ids]
        self._tuned, self._ids = extend(self._tuned, self.network, rows), together
        return {slot for slot, row in enumerate(rows, start=1) if row is None}

    def propagate(
        self,
        video: Video,
        annotations: Mapping[int, NDArray[np.uint8]],
        frames: range | None = None,
        direction: str = "forward",
        config: PropagationConfig | None = None,
        done: Collection[int] = (),
        masks: Mapping[int, NDArray[np.uint8]] | None = None,
    ) -> Iterator[FrameResult]:
        """Label maps of all `frames` (default: the whole video) that are reached from the annotated ones.

        Annotated frames are yielded with their own labels. Going both ways, frames between two annotated ones are
        yielded twice; the first time `is_final` is false. Frames that are `done`, by a run like this that was stopped,
        are left out; where nothing is kept of that run, this one goes on from the `masks` of those beside them, which
        are label maps by frame. Without tuning the ids start from the annotated frames' features alone. LipError if an
        object was never tuned although others were.
        """
        check_direction(direction)
        annotations = _checked(video, annotations)
        rules = config or find_preset(self.preset).propagation
        wanted = frames if frames is not None else range(len(video))
        if wanted.step != 1 or (len(wanted) and not 0 <= wanted.start < wanted.stop <= len(video)):
            raise LipError(f"There is no range {wanted.start}:{wanted.stop} in {video.name} with {len(video)} frames.")
        return self._propagate(video, annotations, wanted, direction, rules, done, _checked(video, masks or {}))

    def _propagate(
        self,
        video: Video,
        annotations: Mapping[int, NDArray[np.uint8]],
        frames: range,
        direction: str,
        config: PropagationConfig,
        done: Collection[int],
        masks: Mapping[int, NDArray[np.uint8]],
    ) -> Iterator[FrameResult]:
        ids = ObjectSlots.of(list(annotations.values()))
        if not len(ids):
            raise LipError("There is nothing to propagate: paint the objects on at least one frame first.")
        if self._tuned is None:
            for _ in self._tune(video, annotations, replace(find_preset(self.preset).tuning("fast"), iterations=0)):
                pass
        missing = sorted(set(ids.ids) - set(self._ids.ids))
        if missing:
            numbers = " and ".join(str(number) for number in missing)
            what = f"Object {numbers} is" if len(missing) == 1 else f"Objects {numbers} are"
            raise NotTuned(f"{what} new: tune again before propagating.")
        assert self._tuned is not None
        size = self.input_size(video)
        prepared = prepare(annotations, self._ids, size)
        if self._video is None or self._video() is not video:
            self.states.clear()
            self.references.clear()
            self._video = weakref.ref(video)
        weights = self.tuned_weights()
        learnt = chosen(prepared, run=frames)
        reference = self._reference(video, learnt, size, weights) if config.matching else None
        colours = _colours(video, learnt, size, len(self._ids)) if config.colour_weight else None
        network = self._tuned
        if config.untuned_masks and len(prepared) == 1:  # of several, tuning learns enough by itself
            network = with_untuned_masks(network, self.network, config.untuned_masks)
        propagator = Propagator(network, size, config, reference, colours)
        states = RunStates(self.states, run_name(prepared, weights, config, size)) if self.states.budget > 0 else None
        before = prepare(masks, self._ids, size)
        yield from propagate(
            propagator, video, prepared, self._ids, frames, direction, states=states, done=done, masks=before
        )

    def _reference(
        self, video: Video, prepared: Mapping[int, Annotation], size: InputSize, weights: bytes
    ) -> Reference | None:
        """Keys and label shares of the annotated frames, side by side."""
        network, count = self._tuned, len(self._ids)
        if network is None or not network.config.matching:
            return None
        parts = [
            self.references.get(
                annotation, count, weights, partial(self._seen, network, video, annotation, size, count)
            )
            for annotation in prepared.values()
        ]
        return Reference(*(torch.cat(values, dim=1) for values in zip(*parts, strict=True)))

    @torch.no_grad()
    def _seen(
        self, network: LipNetwork, video: Video, annotation: Annotation, size: InputSize, count: int
    ) -> Reference:
        """Keys and label shares of one annotated frame, in which `count` objects may be."""
        labels = torch.from_numpy(annotation.slots).to(self.device)[None]
        with memory_advice(self.device), precision(self.device):
            appearance = network.encode(image_tensor(size.image(video[annotation.frame]), self.device))
            return network.reference(appearance, labels, count)

    @property
    def can_preview(self) -> bool:
        """Whether the network matches frames, which `preview` lives on."""
        return bool(self.network.config.matching)

    @torch.no_grad()
    def preview(self, video: Video, annotations: Mapping[int, NDArray[np.uint8]], frame: int) -> NDArray[np.uint8]:
        """A first idea of the masks of a frame: label map (H, W) uint8 from matches with the annotated frames alone.

        What is painted on the frame itself stays. Tuning makes no difference, nor does it to tuning: another thread may
        ask while this one tunes or propagates. LipError where the network does not match, or nothing is painted.
        """
        annotations = _checked(video, annotations)
        ids = ObjectSlots.of(list(annotations.values()))
        if not self.can_preview:
            raise LipError(f"Preset {self.preset} matches no frames, so there is no preview.")
        if not len(ids):
            raise LipError("There is nothing to preview: paint the objects on at least one frame first.")
        size = self.input_size(video)
        if self._previewed is None or self._previewed() is not video:
            self._preview_references.clear()
            self._previewed = weakref.ref(video)
        prepared = prepare(annotations, ids, size)
        # its own paint may lack objects
        others = chosen({each: prepared[each] for each in prepared if each != frame}).values()
        parts = [
            self._preview_references.get(
                each, len(ids), b"", partial(self._seen, self.network, video, each, size, len(ids))
            )
            for each in others or prepared.values()
        ]
        reference = Reference(*(torch.cat(values, dim=1) for values in zip(*parts, strict=True)))
        with memory_advice(self.device), precision(self.device):
            appearance = self.network.encode(image_tensor(size.image(video[frame]), self.device))
            shares = self.network.match_quickly(appearance, reference)
        labels = ids.to_ids(slots_of_shares(shares, size))
        if frame in annotations:
            painted = binary_mask(annotations[frame])
            labels[np.isin(labels, annotations[frame][painted])] = 0  # an object is where it was painted, nowhere else
            labels[painted] = annotations[frame][painted]
        return labels

    def tuned_weights(self) -> bytes:
        """Everything tuning changed, as a safetensors file; b"" before the first tuning."""
        if self._tuned is None:
            return b""
        tensors = {name: value.detach().cpu().contiguous() for name, value in tuned_tensors(self._tuned).items()}
        card = {"object_ids": self._ids.ids, "weights": self.weights_hash}
        return save(tensors, metadata={_CARD_ENTRY: json.dumps(card)})  # one entry: several have no fixed order

    def restore(self, weights: bytes) -> None:
        """Go back to `tuned_weights`, bit for bit; b"" forgets all tuning. LipError if they belong to other weights."""
        if not weights:
            self._tuned, self._ids = None, ObjectSlots(())
            return
        try:
            length = int.from_bytes(weights[:8], "little")
            card = json.loads(json.loads(weights[8 : 8 + length])["__metadata__"][_CARD_ENTRY])
            ids = tuple(int(value) for value in card["object_ids"])
            if card["weights"] != self.weights_hash:
                raise LipError("These tuned weights belong to a network with other weights; tune again.")
            tuned = restore_tuned(self.network, load(weights))
        except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise LipError("The tuned weights are damaged or belong to another network; tune again.") from error
        self._tuned, self._ids = tuned.to(self.device), ObjectSlots(ids)


def bundled_weights(preset: Preset) -> Path | None:
    """The weights that come with LIP for a preset, or were imported for it; None if there are none."""
    return resource(f"weights/{preset.bundled}") if preset.bundled else imported_weights(preset.name)


def _colours(video: Video, prepared: Mapping[int, Annotation], size: InputSize, count: int) -> ColourModel:
    """The colours of `count` objects on the annotated frames; a few milliseconds a frame."""
    model = ColourModel(count)
    for annotation in prepared.values():
        model.add(size.image(video[annotation.frame]), annotation.slots)
    return model


def check_direction(direction: str) -> None:
    """LipError unless there is such a direction."""
    if direction not in DIRECTIONS:
        raise LipError(f"There is no direction {direction}; choose one of {', '.join(DIRECTIONS)}.")


def _checked(video: Video, annotations: Mapping[int, NDArray[np.uint8]]) -> dict[int, NDArray[np.uint8]]:
    """Annotations that fit the video: frames inside it, label maps of its size."""
    for frame, labels in annotations.items():
        if not 0 <= frame < len(video):
            raise LipError(f"There is no frame {frame} in {video.name}, which has {len(video)} frames.")
        if labels.shape != (video.height, video.width):
            size = "x".join(str(side) for side in reversed(labels.shape))
            raise LipError(f"The mask of frame {frame} is {size}, the video is {video.width}x{video.height}.")
    return {frame: annotations[frame] for frame in sorted(annotations)}
