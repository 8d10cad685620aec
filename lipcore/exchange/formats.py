"""The one table of exchange formats: what they are called, what reads and what writes them, and who checks that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lipcore.errors import LipError
from lipcore.export.delivery.cryptomatte import CRYPTOMATTE
from lipcore.export.delivery.exr import EXR
from lipcore.export.delivery.movies import MATTE_VIDEO, PRORES
from lipcore.export.delivery.sequences import CUT_OUTS, MATTES
from lipcore.export.formats import Writer
from lipcore.export.writers.coco import COCO
from lipcore.export.writers.cvat import CVAT
from lipcore.export.writers.datumaro import DATUMARO
from lipcore.export.writers.isat import ISAT
from lipcore.export.writers.label_studio import LABEL_STUDIO
from lipcore.export.writers.labelme import LABELME
from lipcore.export.writers.overlay import OVERLAY
from lipcore.export.writers.sequences.davis import DAVIS
from lipcore.export.writers.sequences.mots import MOTS_PNG, MOTS_TEXT
from lipcore.export.writers.sequences.youtube_vis import YOUTUBE_VIS
from lipcore.export.writers.sequences.youtube_vos import YOUTUBE_VOS
from lipcore.export.writers.single_masks import SINGLE_MASKS
from lipcore.export.writers.supervisely import SUPERVISELY
from lipcore.export.writers.via import VIA
from lipcore.export.writers.voc import VOC
from lipcore.export.writers.yolo import YOLO
from lipcore.importing.readers.coco import read_coco
from lipcore.importing.readers.cvat import read_cvat
from lipcore.importing.readers.datumaro import read_datumaro
from lipcore.importing.readers.isat import read_isat
from lipcore.importing.readers.label_studio import read_label_studio
from lipcore.importing.readers.labelme import read_labelme
from lipcore.importing.readers.mask_folder import read_mask_folder
from lipcore.importing.readers.mots import read_mots_png, read_mots_text
from lipcore.importing.readers.single_masks import read_single_masks
from lipcore.importing.readers.supervisely import read_supervisely
from lipcore.importing.readers.via import read_via
from lipcore.importing.readers.voc import read_voc
from lipcore.importing.readers.yolo import read_yolo
from lipcore.importing.readers.youtube_vis import read_youtube_vis
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Source

Reader: TypeAlias = Callable[[Path, ImportOptions], Source]


@dataclass(frozen=True)
class Format:
    """An exchange format: its name in commands, a title as its users call it, what reads and what writes it.

    `carries_sizes` tells whether a file of it says how large the pictures are, so that it can be converted without the
    video. `checked_by` names what its reading and writing is tested against.
    """

    name: str
    title: str
    read: Reader | None = None
    write: Writer[Any] | None = None
    carries_sizes: bool = True
    checked_by: str = "round trip"

    @property
    def reader(self) -> Reader:
        """What reads it; LipError if nothing does."""
        if self.read is None:
            raise LipError(f"There is no import format {self.name!r}; there are {_names(READABLE)}.")
        return self.read

    @property
    def writer(self) -> Writer[Any]:
        """What writes it; LipError if nothing does."""
        if self.write is None:
            raise LipError(f"There is no export format {self.name!r}; there are {_names(WRITABLE)}.")
        return self.write


FORMATS: tuple[Format, ...] = (
    Format("davis", "DAVIS (indexed PNG)", read_mask_folder, DAVIS),
    Format("youtube-vos", "YouTube-VOS (indexed PNG and meta.json)", read_mask_folder, YOUTUBE_VOS),
    Format("coco", "COCO instances (JSON)", read_coco, COCO, checked_by="pycocotools"),
    Format("youtube-vis", "YouTube-VIS, OVIS (JSON)", read_youtube_vis, YOUTUBE_VIS, checked_by="pycocotools"),
    Format("mots-png", "MOTS (16-bit PNG)", read_mots_png, MOTS_PNG),
    Format("mots-txt", "MOTS (text)", read_mots_text, MOTS_TEXT, checked_by="pycocotools"),
    Format("voc", "Pascal VOC masks", read_voc, VOC, checked_by="datumaro"),
    Format("yolo", "YOLO segmentation (Ultralytics)", read_yolo, YOLO, False, "Ultralytics' way of filling"),
    Format("labelme", "labelme (JSON per frame)", read_labelme, LABELME, checked_by="labelme's schema"),
    Format("isat", "ISAT (JSON per frame)", read_isat, ISAT, checked_by="isat-sam"),
    Format("via", "VGG Image Annotator, VIA (JSON)", read_via, VIA, carries_sizes=False),
    Format(
        "label-studio", "Label Studio (JSON, brush)", read_label_studio, LABEL_STUDIO, checked_by="label-studio-sdk"
    ),
    Format("cvat", "CVAT for images (XML)", read_cvat, CVAT, checked_by="datumaro"),
    Format("datumaro", "Datumaro", read_datumaro, DATUMARO, checked_by="datumaro"),
    Format("supervisely", "Supervisely", read_supervisely, SUPERVISELY, checked_by="supervisely"),
    Format("masks", "Black and white PNG per object", read_single_masks, SINGLE_MASKS),
    Format("cutouts", "Cut-outs (RGBA PNG)", None, CUT_OUTS, checked_by="ffmpeg, OpenCV"),
    Format("prores", "ProRes 4444 with alpha (MOV)", None, PRORES, checked_by="ffmpeg"),
    Format("mattes", "Mattes (16-bit PNG or TIFF)", None, MATTES, checked_by="ffmpeg, OpenCV"),
    Format("matte-video", "Matte video, black and white (H.264, HEVC, VP9)", None, MATTE_VIDEO, checked_by="ffmpeg"),
    Format("exr", "OpenEXR, a layer per object", None, EXR, checked_by="OpenEXR, ffmpeg"),
    Format("cryptomatte", "Cryptomatte (OpenEXR)", None, CRYPTOMATTE, checked_by="OpenEXR, ffmpeg"),
    Format("overlay", "Overlay video (MP4)", None, OVERLAY),
)
READABLE = tuple(form for form in FORMATS if form.read)
WRITABLE = tuple(form for form in FORMATS if form.write)


def find_format(name: str) -> Format:
    """The format of that name; LipError with the names there are."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise LipError(f"There is no format {name!r}; there are {_names(FORMATS)}.")


def _names(formats: tuple[Format, ...]) -> str:
    return ", ".join(form.name for form in formats)
