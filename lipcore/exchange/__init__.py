"""Exchange with other programs: the table of formats, and import and export in any of them."""

from lipcore.exchange.detect import detect
from lipcore.exchange.exporting import export
from lipcore.exchange.formats import FORMATS, READABLE, WRITABLE, Format, find_format
from lipcore.exchange.opening import Mapped, mapping, open_import, open_source
from lipcore.export.formats import ExportReport
from lipcore.export.selection import Selection
from lipcore.export.source import LabelledFrames, LabelledVideo
from lipcore.importing.mask_values import MASK_VALUES, palette_of
from lipcore.importing.result import ImportedFrame, ImportOptions, LabelImport
from lipcore.video import VideoShape

__all__ = [
    "FORMATS",
    "MASK_VALUES",
    "READABLE",
    "WRITABLE",
    "ExportReport",
    "Format",
    "ImportOptions",
    "ImportedFrame",
    "LabelImport",
    "LabelledFrames",
    "LabelledVideo",
    "Mapped",
    "Selection",
    "VideoShape",
    "detect",
    "export",
    "find_format",
    "mapping",
    "open_import",
    "open_source",
    "palette_of",
]
