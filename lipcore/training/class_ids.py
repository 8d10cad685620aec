"""What the id layer tells apart in offline training: classes of a data set, or the objects of its sequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lipcore.errors import LipError
from lipcore.masks import MAX_OBJECT_ID
from lipcore.model import LipNetwork
from lipcore.model.heads import ShortcutLinear
from lipcore.model.specialise import specialise
from lipcore.training.data.store import StillEntry, TrainingData, VideoEntry

OBJECTS_OF_A_SEQUENCE = 10  # ids that a sequence gets; an object beyond shares the id of one ten below it


def prepare_ids(network: LipNetwork, data: TrainingData, stage: str) -> tuple[LipNetwork, TrainingData]:
    """The network and data of a stage ("pretrain" or "video") with ids that fit each other.

    A network that tells objects from background alone stays. For pre-training, classes are numbered without gaps
    where boxes and masks are class-agnostic. For video the id layer is replaced by a new one for the objects of all
    sequences (paper, section 4.1.2), and boxes and masks become class-agnostic. LipError if classes do not fit.
    """
    if network.config.id_outputs == 2:
        return network, data
    if stage == "video":
        numbered = _number_sequences(data)
        if network.config.instance_outputs > 2:
            network = specialise(network, 1)
        return _with_outputs(network, 1 + OBJECTS_OF_A_SEQUENCE * len(data.video_entries)), numbered
    classes = sorted({value for entry in _entries(data) for value in entry.classes.values()})
    if network.config.instance_outputs > 2:
        if classes and classes[-1] >= network.config.id_outputs:
            raise LipError(
                f"Cannot train preset {network.config.preset} on class {classes[-1]}: its heads have "
                f"{network.config.id_outputs - 1} classes."
            )
        return network, data
    renumbered = {value: number for number, value in enumerate(classes, start=1)}
    return _with_outputs(network, max(2, 1 + len(classes))), _with_classes(data, renumbered)


def _entries(data: TrainingData) -> list[StillEntry]:
    return [*data.still_entries, *(frame for video in data.video_entries for frame in video.frames)]


def _with_outputs(network: LipNetwork, outputs: int) -> LipNetwork:
    """The network with an id layer of `outputs`; a new one unless it fits already."""
    if network.config.id_outputs == outputs:
        return network
    head = network.instance_head
    width, channels = head.id_layer.layer.in_features, head.id_layer.shortcut.in_features
    head.id_layer = ShortcutLinear(width, channels, outputs).to(network.device)
    network.config = replace(network.config, id_outputs=outputs)
    return network


def _with_classes(data: TrainingData, numbers: Mapping[int, int]) -> TrainingData:
    def renamed(entry: StillEntry) -> StillEntry:
        classes = {object_id: numbers[value] for object_id, value in entry.classes.items()}
        return replace(entry, classes=classes)

    stills = [renamed(entry) for entry in data.still_entries]
    videos = [VideoEntry(video.name, tuple(map(renamed, video.frames))) for video in data.video_entries]
    return TrainingData(stills, videos, cache=data.cache)


def without_classes(data: TrainingData) -> TrainingData:
    """The same pictures with objects whose classes are unknown."""
    stills = [replace(entry, classes={}) for entry in data.still_entries]
    videos = [
        VideoEntry(video.name, tuple(replace(frame, classes={}) for frame in video.frames))
        for video in data.video_entries
    ]
    return TrainingData(stills, videos, cache=data.cache)


def _number_sequences(data: TrainingData) -> TrainingData:
    """Every object of every sequence is a class; objects of stills have none."""
    videos = []
    for index, video in enumerate(data.video_entries):
        first = 1 + index * OBJECTS_OF_A_SEQUENCE
        classes = {
            object_id: first + (object_id - 1) % OBJECTS_OF_A_SEQUENCE for object_id in range(1, MAX_OBJECT_ID + 1)
        }
        videos.append(VideoEntry(video.name, tuple(replace(frame, classes=classes) for frame in video.frames)))
    return TrainingData(without_classes(data).still_entries, videos, cache=data.cache)
