"""The table of actions: adding one is adding a line here and a method of the same name to `intentions`."""

from __future__ import annotations

from typing import NamedTuple


class ActionRow(NamedTuple):
    """One action; `keys` are "; " separated, `menu` "" continues the menu above after a separator if it is "-"."""

    name: str
    menu: str
    text: str
    keys: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""
    repeats: bool = False
    role: str = ""


MENUS = (
    ("file", "&File"),
    ("edit", "&Edit"),
    ("tools", "&Tools"),
    ("object", "&Object"),
    ("frame", "F&rame"),
    ("segment", "&Segment"),
    ("view", "&View"),
    ("help", "&Help"),
)

ACTIONS = (
    ActionRow("open_video", "file", "Open &video…", "Ctrl+O", "film"),
    ActionRow("open_folder", "file", "Open &folder of images…", "Ctrl+Shift+O", "folder"),
    ActionRow("open_project", "file", "Open &project…", "Ctrl+Alt+O", "project"),
    ActionRow("open_sample", "file", "Try the s&ample", "", "sample"),
    ActionRow("save", "file -", "&Save", "Ctrl+S", "save"),
    ActionRow("save_as", "file", "Save project &as…", "Ctrl+Shift+S"),
    ActionRow("export", "file -", "&Export…", "Ctrl+E", "export"),
    ActionRow("import_masks", "file", "&Import masks…", "Ctrl+I", "import"),
    ActionRow("copy_command", "file -", "&Copy equivalent command line", "Ctrl+Shift+C", "copy"),
    ActionRow("close_project", "file -", "&Close project", "Ctrl+W"),
    ActionRow("quit", "file", "&Quit", "Ctrl+Q", role="QuitRole"),
    ActionRow("undo", "edit", "&Undo", "Ctrl+Z", "undo", repeats=True),
    ActionRow("redo", "edit", "&Redo", "Ctrl+Shift+Z; Ctrl+Y", "redo", repeats=True),
    ActionRow("clear_frame", "edit -", "Clear object on this frame", "Del"),
    ActionRow("clear_range", "edit", "Clear object in range", "Shift+Del"),
    ActionRow("copy_previous", "edit -", "Copy object from previous frame", "Ctrl+Left"),
    ActionRow("copy_next", "edit", "Copy object from next frame", "Ctrl+Right"),
    ActionRow("fill_holes", "edit -", "Fill holes"),
    ActionRow("remove_islands", "edit", "Remove islands"),
    ActionRow("grow", "edit", "Grow mask", "Ctrl+]"),
    ActionRow("shrink", "edit", "Shrink mask", "Ctrl+["),
    ActionRow("smooth", "edit", "Smooth mask"),
    ActionRow("preferences", "edit -", "&Settings…", "Ctrl+,", "settings", role="PreferencesRole"),
    ActionRow("edit_shortcuts", "edit", "&Keyboard shortcuts…"),
    ActionRow("tool_brush", "tools", "&Brush", "B", "brush", group="tool"),
    ActionRow("tool_eraser", "tools", "&Eraser", "E", "eraser", group="tool"),
    ActionRow("tool_polygon", "tools", "&Polygon", "P", "polygon", group="tool"),
    ActionRow("tool_lasso", "tools", "&Lasso", "L", "lasso", group="tool"),
    ActionRow("tool_scissors", "tools", "Edge-&snapping lasso", "M", "scissors", group="tool"),
    ActionRow("tool_fill", "tools", "&Fill", "G", "fill", group="tool"),
    ActionRow("tool_grabcut", "tools", "&GrabCut", "C", "grabcut", group="tool"),
    ActionRow("tool_superpixels", "tools", "S&uperpixel brush", "S", "superpixels", group="tool"),
    ActionRow("swap_background", "tools -", "Swap object and background", "X"),
    ActionRow("brush_smaller", "tools", "Smaller brush", "[", repeats=True),
    ActionRow("brush_larger", "tools", "Larger brush", "]", repeats=True),
    ActionRow("finish", "tools -", "Finish shape", "Return; Enter"),
    ActionRow("cancel", "tools", "Cancel", "Esc"),
    ActionRow("new_object", "object", "&New object", "N", "plus"),
    ActionRow("remove_object", "object", "&Remove object", "", "trash"),
    ActionRow("hide_object", "object -", "&Hide or show object", "H", "eye"),
    ActionRow("lock_object", "object", "&Lock or unlock object", "Ctrl+L", "lock"),
    ActionRow("swap_objects", "object -", "S&wap identities in range…"),
    ActionRow("merge_objects", "object", "&Merge into another object…"),
    ActionRow("split_object", "object", "S&plit from here into a new object"),
    ActionRow("next_frame", "frame", "&Next frame", "Right; D", "next", repeats=True),
    ActionRow("previous_frame", "frame", "&Previous frame", "Left; A", "previous", repeats=True),
    ActionRow("step_forward", "frame", "Step forward", "Shift+Right", repeats=True),
    ActionRow("step_back", "frame", "Step back", "Shift+Left", repeats=True),
    ActionRow("first_frame", "frame", "&First frame", "Home", "first"),
    ActionRow("last_frame", "frame", "&Last frame", "End", "last"),
    ActionRow("next_annotated", "frame -", "Next &annotated frame", "PgDown"),
    ActionRow("previous_annotated", "frame", "Previous annotated frame", "PgUp"),
    ActionRow("next_doubtful", "frame -", "Next &doubtful frame", ".", "doubt"),
    ActionRow("previous_doubtful", "frame", "Previous doubtful frame", ","),
    ActionRow("verify_frame", "frame", "Mark frame &verified", "V", "verified"),
    ActionRow("verify_range", "frame", "Mark range verified", "Shift+V"),
    ActionRow("play", "frame -", "P&lay or pause", "Space", "play"),
    ActionRow("mark_in", "frame -", "Set &in point", "I"),
    ActionRow("mark_out", "frame", "Set &out point", "O"),
    ActionRow("tune", "segment", "&Tune", "T", "tune"),
    ActionRow("propagate_forward", "segment -", "Propagate &forward", "F", "forward"),
    ActionRow("propagate_backward", "segment", "Propagate &backward", "Shift+F", "backward"),
    ActionRow("propagate_both", "segment", "Propagate b&oth ways", "Ctrl+F", "both"),
    ActionRow("stop", "segment -", "&Stop", "Ctrl+.", "stop"),
    ActionRow("roll_back", "segment", "&Roll back tuning"),
    ActionRow("overlay_mode", "view", "Next &overlay mode", "Shift+O", "overlay"),
    ActionRow("onion", "view", "O&nion skin", "Ctrl+Shift+N", "onion", checkable=True),
    ActionRow("compare", "view", "&Compare with before the last run", "K", checkable=True),
    ActionRow("show_boxes", "view", "&Boxes, names and scores", "Ctrl+B", checkable=True),
    ActionRow("colour_blind", "view", "&Colour-blind safe colours", checkable=True),
    ActionRow("fit", "view -", "&Fit to window", "Ctrl+0", "fit"),
    ActionRow("zoom_100", "view", "&100 %", "Ctrl+1"),
    ActionRow("theme_system", "view -", "Colours of the &system", group="theme"),
    ActionRow("theme_light", "view", "&Light", group="theme"),
    ActionRow("theme_dark", "view", "&Dark", group="theme"),
    ActionRow("full_screen", "view -", "F&ull screen", "F11", checkable=True),
    ActionRow("show_shortcuts", "help", "Find an action or &key…", "F1", "help"),
    ActionRow("show_guide", "help", "&Guide on the sample"),
    ActionRow("report", "help", "&Report a problem…"),
    ActionRow("about", "help", "&About LIP", role="AboutRole"),
    *(
        ActionRow(f"select_{number}", "", f"Select object {number or 10}", str(number))
        for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    ),
)

NEED_A_VIDEO = (
    *(
        row.name
        for row in ACTIONS
        if row.menu.split(" ")[0] in ("edit", "tools", "object", "frame", "segment", "")
        and row.name not in ("preferences", "edit_shortcuts", "stop", "undo", "redo")
    ),
    *("save", "save_as", "export", "import_masks", "copy_command", "close_project", "overlay_mode", "fit", "zoom_100"),
)
