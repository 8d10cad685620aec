"""Training clips: batches of short videos with label maps, a pure function of seed, step and rank."""

from __future__ import annotations

from collections import abc
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lipcore.augment.batch import ClipBatch
from lipcore.augment.light import change_light
from lipcore.augment.motion import Generator
from lipcore.augment.render import render
from lipcore.errors import LipError
from lipcore.masks import IGNORE
from lipcore.training.data.plain import padded, plain_clip
from lipcore.training.data.scenes import Scene, SceneConfig, lift_instances, open_scene, paste_instances
from lipcore.training.data.store import Still, TrainingData

ATTEMPTS = 12


@dataclass(frozen=True)
class ClipConfig:
    """What clips look like.

    size: (H, W) in pixels. frames: T. lead: frames beyond T at most, as many in all clips of a batch. batch: clips per
    batch and rank. video_fraction: share of clips from real video (0 without any, 1 without stills).
    composite_fraction: share of still clips with pasted instances of other pictures. paste_on_video: share of real
    videos with 1 or 2 pasted instances. max_stride: largest step between video frames; small ones are likelier.
    far_start: share of real videos whose first frame is any frame of the video.
    liveliness: how fast things move. light: strength of light, blur and noise changes, 0 for none. minimum_area:
    smaller objects become 255 in that frame. first_area: pixels that some object has in the first frame at least.
    plain: pictures and videos as they are, resized so that their shorter side is H and the longer at most W; clips of a
    batch are padded to one size.
    """

    size: tuple[int, int] = (256, 256)
    frames: int = 4
    lead: int = 0
    batch: int = 4
    video_fraction: float = 0.35
    composite_fraction: float = 0.6
    paste_on_video: float = 0.35
    max_stride: int = 3
    far_start: float = 0.0
    max_objects: int = 8
    liveliness: float = 1.0
    light: float = 1.0
    minimum_area: int = 100
    first_area: int = 200
    plain: bool = False


class ClipSampler:
    """Makes batch `step` of rank `rank`; the same for the same arguments, whatever was made before.

    All ranks together walk through one permutation of the stills and one of the videos per pass, without overlap;
    R ranks with batch b make the clips of one rank with batch R * b.
    """

    def __init__(
        self,
        data: TrainingData,
        config: ClipConfig,
        seed: int,
        rank: int = 0,
        world_size: int = 1,
        device: torch.device | str = "cpu",
    ) -> None:
        if not data.stills and not data.videos:
            raise LipError("Cannot train: the training data has no pictures.")
        if not 0 <= rank < world_size:
            raise LipError(f"Cannot train as rank {rank} of {world_size}.")
        self.data = data
        self.config = config
        self.seed = seed
        self.rank = rank
        self.world_size = world_size
        self.device = torch.device(device)
        self._video_fraction = config.video_fraction if data.videos else 0.0
        if not data.stills:
            self._video_fraction = 1.0
        self._permutations: dict[tuple[int, int], np.ndarray[tuple[int], np.dtype[np.int64]]] = {}

    def batch(self, step: int) -> ClipBatch:
        """The clips of one step, from 0; LipError if a picture cannot be read or none has an object."""
        if self.config.lead:
            more = int(np.random.default_rng([self.seed, 4, step]).integers(self.config.lead + 1))
            config = replace(self.config, frames=self.config.frames + more, lead=0)
            return ClipSampler(self.data, config, self.seed, self.rank, self.world_size, self.device).batch(step)
        first = (step * self.world_size + self.rank) * self.config.batch
        clips = [self._clip(first + number) for number in range(self.config.batch)]
        height, width = (max(clip[1].shape[axis] for clip in clips) for axis in (1, 2))
        alike = [(*padded(clip[0], clip[1], height, width), clip[2], clip[3]) for clip in clips]
        return ClipBatch(*(torch.stack(parts) for parts in zip(*alike, strict=True)))

    def primary(self, clip: int) -> tuple[str, int]:
        """What clip number `clip` (over all ranks and steps) is made of: ("video" or "still", index)."""
        before = int(np.floor(clip * self._video_fraction))
        if int(np.floor((clip + 1) * self._video_fraction)) > before:
            return "video", self._at(0, before, len(self.data.videos))
        return "still", self._at(1, clip - before, len(self.data.stills))

    def _at(self, pool: int, position: int, length: int) -> int:
        passed, place = divmod(position, length)
        key = (pool, passed)
        if key not in self._permutations:
            while len(self._permutations) > 7:
                self._permutations.pop(next(iter(self._permutations)))
            self._permutations[key] = np.random.default_rng([self.seed, pool, passed]).permutation(length)
        return int(self._permutations[key][place])

    def _clip(self, clip: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        kind, index = self.primary(clip)
        for attempt in range(ATTEMPTS):
            random = np.random.default_rng([self.seed, 2, clip, attempt])
            if attempt > ATTEMPTS // 2:
                kind, index = self._any(random)
            made = self._try_clip(kind, index, random, safe=attempt > 1)
            if made is not None:
                return made
        raise LipError("Cannot train on this data: hardly any picture shows an object that is large enough.")

    def _try_clip(
        self, kind: str, index: int, random: Generator, safe: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor] | None:
        if self.config.plain:
            return self._plain(kind, index, random)
        scene = self._video_scene(index, random, safe) if kind == "video" else self._still_scene(index, random, safe)
        images, labels = render(scene.background(), scene.layers, self.config.size)
        tidied = self._tidy(labels, scene.classes)
        if tidied is None:
            return None
        labels, classes = tidied
        pictures = change_light(images, random, self.config.light)
        return pictures, labels, torch.tensor(scene.unlabelled_objects, device=self.device), classes

    def _plain(self, kind: str, index: int, random: Generator) -> tuple[Tensor, Tensor, Tensor, Tensor] | None:
        config = self.config
        if kind == "video":
            video = self.data.videos[index]
            stills = [video[frame] for frame in _video_frames(len(video), config, random)]
        else:
            stills = [self.data.stills[index]] * config.frames
        clip = plain_clip(stills, *config.size, config.max_objects, self.device)
        tidied = self._tidy(clip.labels, clip.classes)
        if tidied is None:
            return None
        return clip.images, tidied[0], torch.tensor(clip.unlabelled_objects, device=self.device), tidied[1]

    def _scene_config(self) -> SceneConfig:
        config = self.config
        return SceneConfig(config.size, config.frames, config.liveliness, config.max_objects)

    def _video_scene(self, index: int, random: Generator, safe: bool) -> Scene:
        frames = _video_frames(len(self.data.videos[index]), self.config, random)
        stills = [self.data.videos[index][frame] for frame in frames]
        scene = open_scene(stills, random, self._scene_config(), moving=False, safe=safe)
        scene.device = self.device
        if random.random() < self.config.paste_on_video:
            paste_instances(scene, random, lambda: self._donor(random), int(random.integers(1, 3)))
        return scene

    def _still_scene(self, index: int, random: Generator, safe: bool) -> Scene:
        scene = open_scene([self.data.stills[index]], random, self._scene_config(), moving=True, safe=safe)
        scene.device = self.device
        composite = random.random() < self.config.composite_fraction
        lifted = lift_instances(scene, random) if not composite or random.random() < 0.4 else 0
        if composite or (not lifted and random.random() < 0.5):
            paste_instances(scene, random, lambda: self._donor(random), int(random.integers(1, 5)))
        order = random.permutation(len(scene.layers))
        scene.layers[:] = [scene.layers[place] for place in order]
        return scene

    def _any(self, random: Generator) -> tuple[str, int]:
        kind = "video" if random.random() < self._video_fraction else "still"
        pool = self.data.videos if kind == "video" else self.data.stills
        return kind, int(random.integers(len(pool)))

    def _donor(self, random: Generator) -> Still:
        kind = "video" if not self.data.stills or (self.data.videos and random.random() < 0.15) else "still"
        if kind == "still":
            return self.data.stills[int(random.integers(len(self.data.stills)))]
        video = self.data.videos[int(random.integers(len(self.data.videos)))]
        return video[int(random.integers(len(video)))]

    def _tidy(self, labels: Tensor, known: dict[int, int]) -> tuple[Tensor, Tensor] | None:
        """Set tiny objects to 255 and close gaps between the ids `known`, with their classes; None if the first frame
        shows too little.
        """
        ids = sorted(known)
        if not ids:
            return None
        areas = torch.stack([(labels == number).flatten(1).sum(dim=1) for number in ids]).cpu().numpy()
        if areas[:, 0].max() < self.config.first_area:
            return None
        table = np.tile(np.arange(256, dtype=np.uint8), (labels.shape[0], 1))
        classes = torch.zeros(256, dtype=torch.int64)
        new = 0
        for number, area in zip(ids, areas, strict=True):
            seen = area >= self.config.minimum_area
            new += int(seen.any())
            table[:, number] = np.where(seen, new, IGNORE)
            if seen.any():
                classes[new] = known[number]
        if (table[:, ids] == ids).all():
            return labels, classes.to(labels.device)
        rows = torch.arange(labels.shape[0], device=labels.device)[:, None, None]
        tidy = torch.from_numpy(table).to(labels.device)[rows, labels.int()]
        return tidy, classes.to(labels.device)


def _video_frames(length: int, config: ClipConfig, random: Generator) -> list[int]:
    """Frame numbers of a clip: a random step and start, forward or backward; a short video is walked to and fro."""
    most = max(1, min(config.max_stride, (length - 1) // max(config.frames - 1, 1)))
    strides = np.arange(1, most + 1)
    stride = int(random.choice(strides, p=(1 / strides) / (1 / strides).sum()))
    span = stride * (config.frames - 1)
    start = int(random.integers(0, max(length - span, 1)))
    frames = [start + stride * number for number in range(config.frames)]
    period = max(2 * (length - 1), 1)
    frames = [min(frame % period, period - frame % period) if length > 1 else 0 for frame in frames]
    frames = frames[::-1] if random.random() < 0.5 else frames
    if random.random() < config.far_start:
        frames[0] = int(random.integers(length))
    return frames


class BatchSource(Protocol):
    """Makes batches by number, from any thread."""

    def batch(self, step: int) -> ClipBatch:
        """The clips of one step."""
        ...


def prefetched(
    sampler: BatchSource, start: int = 0, depth: int = 2, workers: int = 1
) -> abc.Generator[tuple[int, ClipBatch], None, None]:
    """(step, batch) from step `start` on, in order, without end; `workers` threads make `depth` batches ahead."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="clips")
    waiting: list[Future[ClipBatch]] = []
    try:
        waiting = [pool.submit(sampler.batch, start + number) for number in range(max(depth, 1))]
        step = start
        while True:
            batch = waiting.pop(0).result()
            waiting.append(pool.submit(sampler.batch, step + len(waiting) + 1))
            yield step, batch
            step += 1
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
