"""Make the bundled clip and its true masks from photographs inside scikit-image's wheel.

A hand-held camera slides through a garage (a stereo photograph, so near things move more than far ones) while an
astronaut walks past a motorcycle and a cat leans into the picture. Run twice, it writes the same bytes twice.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import skimage
from numpy.typing import NDArray

from lipcore.masks import write_label_map

Pixels = NDArray[np.float32]

FRAMES, FRAME_RATE, HEIGHT, WIDTH = 48, 24, 480, 854
EXPOSURES = 7  # moments averaged into one frame by a shutter open for half of the frame's time
ASTRONAUT, CAT, MOTORCYCLE = 1, 2, 3
GARAGE_SCALE = 1.2  # pixels of the clip per pixel of the garage photograph
NEAR = 60.0  # disparity of the nearest point of the garage
CAT_PADDING = 60  # rows mirrored above the photograph of the cat, which cuts its ears

ASTRONAUT_OUTLINE = (
    *((38, 511), (28, 480), (22, 440), (22, 400), (25, 350), (35, 310), (45, 280), (60, 255), (80, 232), (108, 211)),
    *((114, 190), (124, 172), (135, 160), (150, 152), (185, 149), (183, 138), (176, 130), (164, 116), (154, 92)),
    *((154, 68), (165, 50), (185, 35), (205, 22), (235, 16), (262, 18), (285, 30), (297, 48), (301, 75), (300, 95)),
    *((292, 115), (280, 126), (277, 135), (268, 139), (264, 160), (257, 176), (275, 183), (290, 196), (300, 214)),
    *((304, 230), (305, 240), (318, 248), (332, 260), (343, 272), (350, 285), (356, 300), (362, 330), (364, 347)),
    *((378, 345), (400, 343), (420, 346), (445, 357), (465, 373), (480, 393), (490, 418), (495, 440), (498, 455)),
    *((506, 460), (511, 470), (511, 511)),
)
CAT_OUTLINE = (  # rows count from the top of the photograph, so the ears that we complete are above it
    *((0, 128), (20, 120), (36, 104), (35, 80), (36, 40), (37, 5), (40, -24), (46, -42), (54, -46), (68, -32)),
    *((84, -16), (100, -10), (125, -17), (160, -26), (210, -31), (258, -26), (296, -15), (318, -12), (345, -26)),
    *((375, -42), (392, -48), (399, -42), (399, -20), (393, 2), (382, 28), (371, 50), (356, 72), (353, 82)),
    *((358, 96), (363, 110), (364, 126), (362, 146), (357, 170), (347, 190), (336, 206), (324, 218), (326, 236)),
    *((334, 256), (343, 276), (348, 299), (0, 299)),
)
TOUCHING_THE_FLOOR = (  # of the motorcycle: there the disparity cannot tell it from the floor
    ((528, 375), (545, 402), (565, 423), (590, 440), (615, 449), (640, 451), (655, 443), (620, 425), (570, 400)),
    ((328, 385), (327, 430), (322, 436), (341, 436), (336, 430), (336, 385)),
)


@dataclass(frozen=True)
class Layer:
    """A cut-out: colour (H, W, 3) float32 0..255 that continues past the outline, and coverage alpha (H, W) 0..1."""

    colour: Pixels
    alpha: Pixels


def read_photograph(name: str) -> NDArray[np.uint8]:
    """Read an RGB photograph, (H, W, 3) uint8, out of scikit-image's wheel."""
    stored = cv2.imread(str(Path(skimage.__file__).parent / "data" / name), cv2.IMREAD_COLOR)
    if stored is None:
        raise FileNotFoundError(f"scikit-image carries no {name}")
    return np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def cut_out(photograph: NDArray[np.uint8], outline: NDArray[np.int32], band: int) -> NDArray[np.bool_]:
    """Refine a hand-placed outline (N, 2) x y by GrabCut within `band` pixels of it; return the mask (H, W)."""
    drawn = np.zeros(photograph.shape[:2], np.uint8)
    cv2.fillPoly(drawn, [outline], 1)
    padded = cv2.copyMakeBorder(drawn, band, band, band, band, cv2.BORDER_REPLICATE)
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1))
    inner = cv2.erode(padded, disk)[band:-band, band:-band]
    outer = cv2.dilate(padded, disk)[band:-band, band:-band]
    trimap = np.where(drawn == 1, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[inner == 1] = cv2.GC_FGD
    trimap[outer == 0] = cv2.GC_BGD
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(photograph[:, :, ::-1].copy(), trimap, None, *models, 4, cv2.GC_INIT_WITH_MASK)
    found = np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(found, (0, 0), 2.0) > 0.5)


def feather(photograph: Pixels, inside: NDArray[np.bool_], softness: float) -> Layer:
    """Turn a mask into a layer: colours near the edge come from inside, so that no old background shines through."""
    trusted = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=2, borderValue=1)
    _, nearest = cv2.distanceTransformWithLabels(1 - trusted, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    samples = np.zeros((int(nearest.max()) + 1, 3), np.float32)
    samples[nearest[trusted == 1]] = photograph[trusted == 1]
    spread = cv2.GaussianBlur(samples[nearest], (0, 0), 1.5)
    keep = cv2.GaussianBlur(trusted.astype(np.float32), (0, 0), 1.2)[:, :, None]
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), softness, borderType=cv2.BORDER_REPLICATE)
    alpha = np.clip((alpha - 0.12) / 0.76, 0.0, 1.0)
    return Layer(photograph * keep + spread * (1 - keep), np.asarray(alpha, np.float32))


def astronaut_layer() -> Layer:
    """Cut the astronaut out and bring the studio's flat light to the garage's: less exposure, light from the left."""
    photograph = read_photograph("astronaut.png")
    inside = cut_out(photograph, np.array(ASTRONAUT_OUTLINE, np.int32), band=5)
    across = np.linspace(1.02, 0.74, photograph.shape[1], dtype=np.float32)[None, :, None]
    return feather(grade(photograph.astype(np.float32), 0.9, 1.06, (1.0, 0.975, 0.93)) * across, inside, 1.1)


def cat_layer() -> Layer:
    """Cut the cat out, with the ears that the photograph cuts off continued by its mirror image."""
    photograph = cv2.copyMakeBorder(read_photograph("chelsea.png"), CAT_PADDING, 0, 0, 0, cv2.BORDER_REFLECT)
    y, x = np.mgrid[0 : photograph.shape[0], 0 : photograph.shape[1]].astype(np.float32)
    above = np.clip(CAT_PADDING - y, 0, None) * np.clip((x - 300) / 50, 0, 1)  # the mirrored ear must not lean back
    photograph = cv2.remap(photograph, x - 0.85 * above, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    outline = np.add(CAT_OUTLINE, (0, CAT_PADDING)).astype(np.int32)
    inside = cut_out(np.asarray(photograph, np.uint8), outline, band=3)
    drawn = np.zeros(inside.shape, np.uint8)
    cv2.fillPoly(drawn, [outline], 1)
    inside[: CAT_PADDING + 8] = drawn[: CAT_PADDING + 8] == 1
    shade = np.ones((*inside.shape, 1), np.float32)
    shade[:CAT_PADDING, :, 0] = np.linspace(0.82, 1.0, CAT_PADDING, dtype=np.float32)[:, None]
    shade *= np.linspace(0.9, 1.08, inside.shape[1], dtype=np.float32)[None, :, None]
    colour = photograph.astype(np.float32)
    muted = 0.72 * colour + 0.28 * colour @ np.full((3, 3), 1 / 3, np.float32)
    return feather(grade(muted, 1.06, 1.02, (0.97, 0.99, 1.02)) * shade, inside, 1.8)


def garage_layers() -> tuple[Layer, Layer, Pixels, Pixels]:
    """Part the garage by its disparity: the place without the motorcycle, the motorcycle, and both disparity maps."""
    photograph = read_photograph("motorcycle_left.png")
    with np.load(Path(skimage.__file__).parent / "data" / "motorcycle_disp.npz") as stored:
        disparity = stored["arr_0"]
    known = np.isfinite(disparity)
    holes = (~known).astype(np.uint8)
    disparity = cv2.inpaint(np.where(known, disparity, 0).astype(np.float32), holes, 3, cv2.INPAINT_NS)
    floor = 26.0 + 0.1765 * (np.arange(disparity.shape[0], dtype=np.float32)[:, None] - 320)
    near = (disparity > np.maximum(floor + 1.6, 33.0)).astype(np.uint8)
    near[:, :88] = near[:, 690:] = 0
    near = cv2.morphologyEx(near, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    for outline in TOUCHING_THE_FLOOR:
        cv2.fillPoly(near, [np.array(outline, np.int32)], 1)
    near = keep_large(near, 400)
    near = 1 - keep_large(1 - near, 60)
    away = cv2.dilate(near, np.ones((5, 5), np.uint8))
    place = cv2.inpaint(photograph, away, 4, cv2.INPAINT_TELEA).astype(np.float32)
    far = cv2.GaussianBlur(np.where(away == 1, np.clip(floor, 21, None), disparity).astype(np.float32), (0, 0), 6)
    whole = np.ones(far.shape, np.float32)
    motorcycle = feather(photograph.astype(np.float32), near == 1, 0.8)
    weight = cv2.GaussianBlur(near.astype(np.float32), (0, 0), 25)
    close = cv2.GaussianBlur(near * disparity, (0, 0), 25) / np.maximum(weight, 1e-3)
    return Layer(place, whole), motorcycle, np.asarray(far), np.asarray(np.clip(close, 30, 60), np.float32)


def keep_large(mask: NDArray[np.uint8], least: int) -> NDArray[np.uint8]:
    """Drop connected pieces of fewer than `least` pixels from a 0/1 mask (H, W)."""
    _, pieces, sizes, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    large = sizes[:, cv2.CC_STAT_AREA] >= least
    large[0] = False
    return large[pieces].astype(np.uint8)


def grade(colour: Pixels, exposure: float, contrast: float, balance: tuple[float, float, float]) -> Pixels:
    """Change exposure, contrast about middle grey and the balance of red, green and blue."""
    return np.clip((colour * exposure - 110) * contrast + 110, 0, 255) * np.array(balance, np.float32)


def ease(time: float, start: float, end: float) -> float:
    """Rise from 0 at `start` to 1 at `end` with no speed at either."""
    part = min(max((time - start) / (end - start), 0.0), 1.0)
    return part * part * part * (part * (6 * part - 15) + 10)


def wave(time: float, period: float, phase: float = 0.0) -> float:
    """Swing between -1 and 1 with this period, in frames."""
    return float(np.sin(2 * np.pi * (time / period + phase)))


def pull_back(layer: Layer, x: Pixels, y: Pixels) -> Layer:
    """Sample a layer at source positions x, y, each (HEIGHT, WIDTH)."""
    colour = cv2.remap(layer.colour, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.remap(layer.alpha, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return Layer(np.clip(colour, 0, 255), alpha)


def grid() -> tuple[Pixels, Pixels]:
    """Return the x and y of every pixel of the clip."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return x, y


def see_garage(layer: Layer, disparity: Pixels, time: float) -> Layer:
    """Look at one garage layer through the camera at this time: it slides, drifts a little and comes closer."""
    x, y = grid()
    slide = 15 * (2 * ease(time, -6, 54) - 1)
    drift_x, drift_y = 0.9 * wave(time, 31) + 0.5 * wave(time, 13, 0.3), 0.8 * wave(time, 23, 0.6)
    scale = GARAGE_SCALE * (1 + 0.025 * ease(time, 0, 47))
    source_x = (x - WIDTH / 2 + drift_x) / scale + disparity.shape[1] / 2
    source_y = (y - HEIGHT / 2 + drift_y) / scale + 242
    depth = cv2.remap(disparity, source_x, source_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return pull_back(layer, source_x + slide * (depth / NEAR - 0.55), source_y)


def see_astronaut(layer: Layer, time: float) -> Layer:
    """Walk from the right past the motorcycle: sway and bob with each step, head turning to the cat, suit breathing."""
    x, y = grid()
    walked = ease(time, -8, 44)
    scale = 0.79 * (1 + 0.05 * walked)
    angle = np.radians(1.8 * wave(time, 19, 0.1) - 2.2 * (ease(time, 0, 16) - ease(time, 30, 46)))
    across, down = x - (678 - 292 * walked), y - (496 + 5.5 * wave(time, 9.5, 0.2))
    source_x = (np.cos(angle) * across - np.sin(angle) * down) / scale + 262
    source_y = (np.sin(angle) * across + np.cos(angle) * down) / scale + 490
    nod = np.radians(2.5 * wave(time, 19, 0.45) - 6.0 * ease(time, 22, 38))
    head = np.clip((212 - source_y) / 46, 0, 1)
    head = head * head * (3 - 2 * head)
    head_x, head_y = source_x - 224, source_y - 190
    source_x = source_x + head * ((np.cos(nod) - 1) * head_x - np.sin(nod) * head_y)
    source_y = source_y + head * ((np.cos(nod) - 1) * head_y + np.sin(nod) * head_x)
    chest = np.exp(-(((source_x - 200) / 130) ** 2) - ((source_y - 380) / 90) ** 2)
    helmet = np.exp(-(((source_x - 400) / 90) ** 2) - ((source_y - 430) / 80) ** 2)
    source_x = source_x - 4.5 * chest * wave(time, 27, 0.25)
    source_y = source_y + 3.5 * chest * wave(time, 27) + 4.0 * helmet * wave(time, 9.5, 0.5)
    return pull_back(layer, source_x.astype(np.float32), source_y.astype(np.float32))


def see_cat(layer: Layer, time: float) -> Layer:
    """Lean in from the left, tilt the head, blink once and twitch an ear."""
    x, y = grid()
    lean = 0.3 + 0.7 * ease(time, 2, 24) - 0.3 * ease(time, 28, 48)
    scale = 0.8 * (1 + 0.06 * lean)
    angle = np.radians(9.0 - 17.0 * lean + 1.2 * wave(time, 29))
    across, down = x - (26 + 104 * lean), y - (486 - 62 * lean + 2.0 * wave(time, 21, 0.4))
    source_x = (np.cos(angle) * across + np.sin(angle) * down) / scale + 175
    source_y = (-np.sin(angle) * across + np.cos(angle) * down) / scale + 190
    turn = 14 * (ease(time, 8, 24) - 0.6 * ease(time, 30, 44))
    source_x = source_x - turn * np.exp(-(((source_x - 235) / 110) ** 2) - ((source_y - 170) / 110) ** 2)
    blink = np.exp(-(((time - 20) / 1.9) ** 2))
    for eye_x, eye_y in ((170.0, 113.0), (316.0, 134.0)):
        near = np.exp(-(((source_x - eye_x) / 44) ** 2) - ((source_y - eye_y) / 40) ** 2)
        source_y = source_y + 2.1 * blink * near * (source_y - eye_y)
    twitch = np.exp(-(((time - 34) / 1.6) ** 2)) - 0.6 * np.exp(-(((time - 37) / 1.6) ** 2))
    ear = np.exp(-(((source_x - 392) / 42) ** 2) - ((source_y + 40) / 48) ** 2)
    source_x = source_x + 15 * twitch * ear
    return pull_back(layer, source_x.astype(np.float32), (source_y + CAT_PADDING).astype(np.float32))


def put_over(picture: Pixels, layer: Layer, shadow: tuple[float, float, float, float]) -> Pixels:
    """Lay a layer over the picture after its soft shadow: (right, down, blur, darkness) in pixels and 0..1."""
    right, down, blur, darkness = shadow
    if darkness > 0:
        small = cv2.resize(layer.alpha, (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA)
        moved = cv2.warpAffine(
            small, np.array([[1, 0, right / 4], [0, 1, down / 4]], np.float32), (WIDTH // 4, HEIGHT // 4)
        )
        soft = cv2.resize(cv2.GaussianBlur(moved, (0, 0), blur / 4), (WIDTH, HEIGHT))
        picture = picture * (1 - darkness * soft[:, :, None])
    around = cv2.resize(cv2.resize(picture, (WIDTH // 8, HEIGHT // 8), interpolation=cv2.INTER_AREA), (WIDTH, HEIGHT))
    rim = cv2.GaussianBlur(1 - layer.alpha, (0, 0), 4)[:, :, None]
    lit = layer.colour + 0.16 * rim * (around - layer.colour)  # light of the place wraps around the edge
    alpha = layer.alpha[:, :, None]
    return np.asarray(lit * alpha + picture * (1 - alpha), np.float32)


def render() -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Yield every frame (HEIGHT, WIDTH, 3) uint8 RGB with its label map (HEIGHT, WIDTH) uint8."""
    place, motorcycle, far, close = garage_layers()
    place = Layer(cv2.GaussianBlur(place.colour, (0, 0), 0.7), place.alpha)
    astronaut, cat = astronaut_layer(), cat_layer()
    random = np.random.default_rng(1)
    x, y = grid()
    radius = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / HEIGHT) ** 2
    vignette = (1 - 0.38 * radius)[:, :, None]
    for frame in range(FRAMES):
        light = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        for exposure in range(EXPOSURES):
            time = frame + 0.5 * ((exposure + 0.5) / EXPOSURES - 0.5)
            picture = see_garage(place, far, time).colour
            parts = see_garage(motorcycle, close, time), see_astronaut(astronaut, time), see_cat(cat, time)
            shadows = (0.0, 0.0, 1.0, 0.0), (34.0, 10.0, 26.0, 0.42), (16.0, 12.0, 20.0, 0.38)
            for part, shadow in zip(parts, shadows, strict=True):
                picture = put_over(picture, part, shadow)
            light += (picture / 255) ** 2.2 / EXPOSURES
            if exposure == EXPOSURES // 2:
                for part, value in zip(parts, (MOTORCYCLE, ASTRONAUT, CAT), strict=True):
                    labels[part.alpha > 0.5] = value
        picture = 255 * np.clip(light * vignette, 0, 1) ** (1 / 2.2)
        picture = grade(picture, 1.02, 1.04, (1.02, 1.0, 0.97)) * (250 / 255) + 4
        noise = cv2.GaussianBlur(random.standard_normal((HEIGHT, WIDTH, 3), dtype=np.float32), (0, 0), 0.7)
        grain = 0.8 * noise.mean(axis=2, keepdims=True) * 3.4 + noise * 1.6
        yield np.clip(picture + grain + 0.5, 0, 255).astype(np.uint8), labels


def main() -> None:
    """Write clip.mp4 and masks/00000.png ... into the folder that holds the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "resources" / "sample")
    folder: Path = parser.parse_args().out
    (folder / "masks").mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    with av.open(str(folder / "clip.mp4"), "w") as container:
        options = {
            "crf": "14",
            "preset": "slow",
            "tune": "film",
            "x264-params": "cpu-independent=1",
            "movflags": "+faststart",
        }
        stream = container.add_stream("libx264", rate=Fraction(FRAME_RATE), options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index, (picture, labels) in enumerate(render()):
            planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
            write_label_map(folder / "masks" / f"{index:05d}.png", labels)
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
