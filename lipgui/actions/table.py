"""The table of actions: adding one is adding a row here, and its method to `answers` of a part of the window."""

from __future__ import annotations

from typing import NamedTuple

from lipgui.basics.translation import QT_TRANSLATE_NOOP


class ActionRow(NamedTuple):
    """One action: `menu` ends in " -" after a separator, `keys` are "; " separated, `{0}` in `text` is `number`."""

    name: str
    menu: str
    text: str
    keys: str = ""
    icon: str = ""
    checkable: bool = False
    group: str = ""
    repeats: bool = False
    role: str = ""
    number: int = 0
    tip: str = ""  # what it is good for, told with its name where the pointer rests on its button


MENUS = (
    ("file", QT_TRANSLATE_NOOP("Menus", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Menus", "&Edit")),
    ("tools", QT_TRANSLATE_NOOP("Menus", "&Tools")),
    ("object", QT_TRANSLATE_NOOP("Menus", "&Object")),
    ("curve", QT_TRANSLATE_NOOP("Menus", "&Curve")),
    ("frame", QT_TRANSLATE_NOOP("Menus", "F&rame")),
    ("segment", QT_TRANSLATE_NOOP("Menus", "&Segment")),
    ("view", QT_TRANSLATE_NOOP("Menus", "&View")),
    ("help", QT_TRANSLATE_NOOP("Menus", "&Help")),
)

ACTIONS = (
    ActionRow("open_video", "file", QT_TRANSLATE_NOOP("Actions", "Open &video…"), "Ctrl+O", "film"),
    ActionRow("open_folder", "file", QT_TRANSLATE_NOOP("Actions", "Open &folder of images…"), "Ctrl+Shift+O", "folder"),
    ActionRow("open_project", "file", QT_TRANSLATE_NOOP("Actions", "Open &project…"), "Ctrl+Alt+O", "project"),
    ActionRow("open_sample", "file", QT_TRANSLATE_NOOP("Actions", "Try the s&ample"), "", "sample"),
    ActionRow("save", "file -", QT_TRANSLATE_NOOP("Actions", "&Save"), "Ctrl+S", "save"),
    ActionRow("save_as", "file", QT_TRANSLATE_NOOP("Actions", "Save project &as…"), "Ctrl+Shift+S"),
    ActionRow(
        "export",
        "file -",
        QT_TRANSLATE_NOOP("Actions", "&Export…"),
        "Ctrl+E",
        "export",
        tip=QT_TRANSLATE_NOOP("Actions", "Writes the masks in one of many formats."),
    ),
    ActionRow("import_masks", "file", QT_TRANSLATE_NOOP("Actions", "&Import masks…"), "Ctrl+I", "import"),
    ActionRow(
        "copy_command", "file -", QT_TRANSLATE_NOOP("Actions", "&Copy equivalent command line"), "Ctrl+Shift+C", "copy"
    ),
    ActionRow("close_project", "file -", QT_TRANSLATE_NOOP("Actions", "&Close project"), "Ctrl+W"),
    ActionRow("quit", "file", QT_TRANSLATE_NOOP("Actions", "&Quit"), "Ctrl+Q", role="QuitRole"),
    ActionRow("undo", "edit", QT_TRANSLATE_NOOP("Actions", "&Undo"), "Ctrl+Z", "undo", repeats=True),
    ActionRow("redo", "edit", QT_TRANSLATE_NOOP("Actions", "&Redo"), "Ctrl+Shift+Z; Ctrl+Y", "redo", repeats=True),
    ActionRow("clear_frame", "edit -", QT_TRANSLATE_NOOP("Actions", "Clear object on this frame"), "Del"),
    ActionRow("clear_range", "edit", QT_TRANSLATE_NOOP("Actions", "Clear object in range"), "Shift+Del"),
    ActionRow("copy_previous", "edit -", QT_TRANSLATE_NOOP("Actions", "Copy object from previous frame"), "Ctrl+Left"),
    ActionRow("copy_next", "edit", QT_TRANSLATE_NOOP("Actions", "Copy object from next frame"), "Ctrl+Right"),
    ActionRow("fill_holes", "edit -", QT_TRANSLATE_NOOP("Actions", "Fill holes")),
    ActionRow("remove_islands", "edit", QT_TRANSLATE_NOOP("Actions", "Remove islands")),
    ActionRow("grow", "edit", QT_TRANSLATE_NOOP("Actions", "Grow mask"), "Ctrl+]"),
    ActionRow("shrink", "edit", QT_TRANSLATE_NOOP("Actions", "Shrink mask"), "Ctrl+["),
    ActionRow("smooth", "edit", QT_TRANSLATE_NOOP("Actions", "Smooth mask")),
    ActionRow("repair", "edit", QT_TRANSLATE_NOOP("Actions", "Repair &over time…"), "Ctrl+R"),
    ActionRow("clean", "edit", QT_TRANSLATE_NOOP("Actions", "C&lean over frames…"), "Ctrl+Shift+R"),
    ActionRow(
        "preferences",
        "edit -",
        QT_TRANSLATE_NOOP("Actions", "&Settings…"),
        "Ctrl+,",
        "settings",
        role="PreferencesRole",
    ),
    ActionRow("edit_shortcuts", "edit", QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts…")),
    ActionRow(
        "tool_click",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Click to mask"),
        "W",
        "click",
        group="tool",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Click on the object and get its mask: left adds, right takes away, a drag is a box around it."
        ),
    ),
    ActionRow(
        "tool_brush",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Brush"),
        "B",
        "brush",
        group="tool",
        tip=QT_TRANSLATE_NOOP("Actions", "Left paints, right erases. [ and ] change the size."),
    ),
    ActionRow(
        "tool_eraser",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Eraser"),
        "E",
        "eraser",
        group="tool",
        tip=QT_TRANSLATE_NOOP("Actions", "Left takes pixels from the selected object, right paints."),
    ),
    ActionRow(
        "tool_polygon",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Polygon"),
        "P",
        "polygon",
        group="tool",
        tip=QT_TRANSLATE_NOOP("Actions", "Click corner after corner; Enter takes what is inside."),
    ),
    ActionRow(
        "tool_curve",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "Cur&ve"),
        "U",
        "curve",
        group="tool",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "An outline with points that stays editable: moved on other frames, it draws the masks between."
        ),
    ),
    ActionRow(
        "tool_lasso",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Lasso"),
        "L",
        "lasso",
        group="tool",
        tip=QT_TRANSLATE_NOOP("Actions", "Draw around the object; letting go takes what is inside."),
    ),
    ActionRow(
        "tool_scissors",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "Edge-&snapping lasso"),
        "M",
        "scissors",
        group="tool",
        tip=QT_TRANSLATE_NOOP("Actions", "Click along an edge: the line between two clicks follows it."),
    ),
    ActionRow(
        "tool_fill",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Fill"),
        "G",
        "fill",
        group="tool",
        tip=QT_TRANSLATE_NOOP("Actions", "Click a region of like colour; drag right to take in more colours."),
    ),
    ActionRow(
        "tool_grabcut",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&GrabCut"),
        "C",
        "grabcut",
        group="tool",
        tip=QT_TRANSLATE_NOOP(
            "Actions",
            "Drag a box around the object: its colours are told from those around it. Scribbles mend the result.",
        ),
    ),
    ActionRow(
        "tool_superpixels",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "S&uperpixel brush"),
        "S",
        "superpixels",
        group="tool",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Paints whole patches of like colour, which keep to the edges of the picture."
        ),
    ),
    ActionRow(
        "keep_curves",
        "tools",
        QT_TRANSLATE_NOOP("Actions", "&Keep polygons as curves"),
        "Shift+P",
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "What the polygon tool draws stays an outline that can be edited and keyed."),
    ),
    ActionRow(
        "swap_background",
        "tools -",
        QT_TRANSLATE_NOOP("Actions", "Swap object and background"),
        "X",
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "The left button erases and the right one paints, until it is switched off."),
    ),
    ActionRow("paint_everything", "tools", QT_TRANSLATE_NOOP("Actions", "Paint over everything")),
    ActionRow("paint_background", "tools", QT_TRANSLATE_NOOP("Actions", "Paint over background only")),
    ActionRow("paint_selected", "tools", QT_TRANSLATE_NOOP("Actions", "Paint over the selected object only")),
    ActionRow("brush_smaller", "tools", QT_TRANSLATE_NOOP("Actions", "Smaller brush"), "[", repeats=True),
    ActionRow("brush_larger", "tools", QT_TRANSLATE_NOOP("Actions", "Larger brush"), "]", repeats=True),
    ActionRow("finish", "tools -", QT_TRANSLATE_NOOP("Actions", "Finish shape"), "Return; Enter"),
    ActionRow("cancel", "tools", QT_TRANSLATE_NOOP("Actions", "Cancel"), "Esc"),
    ActionRow("new_object", "object", QT_TRANSLATE_NOOP("Actions", "&New object"), "N", "plus"),
    ActionRow("remove_object", "object", QT_TRANSLATE_NOOP("Actions", "&Remove object"), "", "trash"),
    ActionRow("rename_object", "object", QT_TRANSLATE_NOOP("Actions", "R&ename object"), "F2", "rename"),
    ActionRow(
        "recolour_object", "object", QT_TRANSLATE_NOOP("Actions", "Change the &colour of the object…"), "", "colour"
    ),
    ActionRow("hide_object", "object -", QT_TRANSLATE_NOOP("Actions", "&Hide or show object"), "H", "eye"),
    ActionRow("lock_object", "object", QT_TRANSLATE_NOOP("Actions", "&Lock or unlock object"), "Ctrl+L", "lock"),
    ActionRow(
        "edges",
        "object",
        QT_TRANSLATE_NOOP("Actions", "Soft &edges"),
        "J",
        "edges",
        checkable=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Width, shift, contrast and feather of the object's edges, for cut-outs and exports."
        ),
    ),
    ActionRow("swap_objects", "object -", QT_TRANSLATE_NOOP("Actions", "S&wap identities in range…")),
    ActionRow("merge_objects", "object", QT_TRANSLATE_NOOP("Actions", "&Merge into another object…")),
    ActionRow("split_object", "object", QT_TRANSLATE_NOOP("Actions", "S&plit from here into a new object")),
    ActionRow("split_part", "object", QT_TRANSLATE_NOOP("Actions", "Split off a &connected part…")),
    ActionRow("next_key", "curve", QT_TRANSLATE_NOOP("Actions", "&Next key"), "Ctrl+PgDown"),
    ActionRow("previous_key", "curve", QT_TRANSLATE_NOOP("Actions", "&Previous key"), "Ctrl+PgUp"),
    ActionRow("set_key", "curve", QT_TRANSLATE_NOOP("Actions", "Set a &key on this frame"), "Shift+K"),
    ActionRow("delete_key", "curve", QT_TRANSLATE_NOOP("Actions", "D&elete the key of this frame"), "Ctrl+K"),
    ActionRow(
        "track_forward",
        "curve -",
        QT_TRANSLATE_NOOP("Actions", "Track &forward to the next key or the out point"),
        "Ctrl+T",
        tip=QT_TRANSLATE_NOOP("Actions", "The motion of the picture moves the curve; the same key stops."),
    ),
    ActionRow(
        "track_backward",
        "curve",
        QT_TRANSLATE_NOOP("Actions", "Track &backward to the last key or the in point"),
        "Ctrl+Shift+T",
    ),
    ActionRow("round_points", "curve -", QT_TRANSLATE_NOOP("Actions", "&Round points"), "Shift+U"),
    ActionRow("corner_points", "curve", QT_TRANSLATE_NOOP("Actions", "&Corner points"), "Ctrl+U"),
    ActionRow("delete_points", "curve", QT_TRANSLATE_NOOP("Actions", "Delete the chosen p&oints")),
    ActionRow("smooth_curve", "curve -", QT_TRANSLATE_NOOP("Actions", "S&mooth or straight motion between keys")),
    ActionRow("subtract_curve", "curve", QT_TRANSLATE_NOOP("Actions", "Cut a &hole, or fill it")),
    ActionRow("delete_curve", "curve -", QT_TRANSLATE_NOOP("Actions", "&Delete curve and its masks")),
    ActionRow("release_curve", "curve", QT_TRANSLATE_NOOP("Actions", "Re&lease curve, keep its masks")),
    ActionRow("next_frame", "frame", QT_TRANSLATE_NOOP("Actions", "&Next frame"), "Right; D", "next", repeats=True),
    ActionRow(
        "previous_frame", "frame", QT_TRANSLATE_NOOP("Actions", "&Previous frame"), "Left; A", "previous", repeats=True
    ),
    ActionRow("step_forward", "frame", QT_TRANSLATE_NOOP("Actions", "Step forward"), "Shift+Right", repeats=True),
    ActionRow("step_back", "frame", QT_TRANSLATE_NOOP("Actions", "Step back"), "Shift+Left", repeats=True),
    ActionRow("first_frame", "frame", QT_TRANSLATE_NOOP("Actions", "&First frame"), "Home", "first"),
    ActionRow("last_frame", "frame", QT_TRANSLATE_NOOP("Actions", "&Last frame"), "End", "last"),
    ActionRow("next_annotated", "frame -", QT_TRANSLATE_NOOP("Actions", "Next &annotated frame"), "PgDown"),
    ActionRow("previous_annotated", "frame", QT_TRANSLATE_NOOP("Actions", "Previous annotated frame"), "PgUp"),
    ActionRow("next_doubtful", "frame -", QT_TRANSLATE_NOOP("Actions", "Next &doubtful frame"), ".", "doubt"),
    ActionRow("previous_doubtful", "frame", QT_TRANSLATE_NOOP("Actions", "Previous doubtful frame"), ","),
    ActionRow("verify_frame", "frame", QT_TRANSLATE_NOOP("Actions", "Mark frame &verified"), "V", "verified"),
    ActionRow("verify_range", "frame", QT_TRANSLATE_NOOP("Actions", "Mark range verified"), "Shift+V"),
    ActionRow("play", "frame -", QT_TRANSLATE_NOOP("Actions", "P&lay or pause"), "Space", "play"),
    ActionRow("loop", "frame", QT_TRANSLATE_NOOP("Actions", "Pla&y in a loop"), "", "loop", checkable=True),
    ActionRow("play_faster", "frame", QT_TRANSLATE_NOOP("Actions", "Play faster"), "Ctrl+Shift+Right"),
    ActionRow("play_slower", "frame", QT_TRANSLATE_NOOP("Actions", "Play slower"), "Ctrl+Shift+Left"),
    ActionRow("mark_in", "frame -", QT_TRANSLATE_NOOP("Actions", "Set &in point"), "I"),
    ActionRow("mark_out", "frame", QT_TRANSLATE_NOOP("Actions", "Set &out point"), "O"),
    ActionRow(
        "tune",
        "segment",
        QT_TRANSLATE_NOOP("Actions", "&Tune"),
        "T",
        "tune",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "The network learns your painted objects. Needed once, and after painting a new object."
        ),
    ),
    ActionRow("tune_and_propagate", "segment", QT_TRANSLATE_NOOP("Actions", "Tune, t&hen propagate"), "Shift+T"),
    ActionRow(
        "propagate_forward",
        "segment -",
        QT_TRANSLATE_NOOP("Actions", "Propagate &forward"),
        "F",
        "forward",
        tip=QT_TRANSLATE_NOOP("Actions", "Carries the masks from the painted frame to the frames after it."),
    ),
    ActionRow(
        "propagate_backward",
        "segment",
        QT_TRANSLATE_NOOP("Actions", "Propagate &backward"),
        "Shift+F",
        "backward",
        tip=QT_TRANSLATE_NOOP("Actions", "Carries the masks from the painted frame to the frames before it."),
    ),
    ActionRow(
        "propagate_both",
        "segment",
        QT_TRANSLATE_NOOP("Actions", "Propagate b&oth ways"),
        "Ctrl+F",
        "both",
        tip=QT_TRANSLATE_NOOP("Actions", "Runs from every painted frame in both directions and joins the results."),
    ),
    ActionRow("propagate_next", "segment", QT_TRANSLATE_NOOP("Actions", "Propagate the &next frames"), "Alt+F"),
    ActionRow("propagate_here", "segment", QT_TRANSLATE_NOOP("Actions", "Propagate into t&his frame alone")),
    ActionRow("propagate_to_out", "segment", QT_TRANSLATE_NOOP("Actions", "Propagate to the out &point")),
    ActionRow("continue_run", "segment -", QT_TRANSLATE_NOOP("Actions", "Cont&inue the stopped run"), "Ctrl+Shift+F"),
    ActionRow("stop", "segment", QT_TRANSLATE_NOOP("Actions", "&Stop"), "Ctrl+.", "stop"),
    ActionRow(
        "correct",
        "segment -",
        QT_TRANSLATE_NOOP("Actions", "&Correct: tune, run again"),
        "R",
        "correct",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "After you repainted a frame: learns from it and runs again what depends on it."
        ),
    ),
    ActionRow("take_offered", "segment", QT_TRANSLATE_NOOP("Actions", "Take the &mask that a correction left out")),
    ActionRow("roll_back", "segment", QT_TRANSLATE_NOOP("Actions", "&Roll back tuning")),
    ActionRow("overlay_mode", "view", QT_TRANSLATE_NOOP("Actions", "Next &overlay mode"), "Shift+O", "overlay"),
    ActionRow("overlay_stronger", "view", QT_TRANSLATE_NOOP("Actions", "Stronger overlay"), "Ctrl+Up", repeats=True),
    ActionRow("overlay_weaker", "view", QT_TRANSLATE_NOOP("Actions", "Weaker overlay"), "Ctrl+Down", repeats=True),
    ActionRow("onion", "view", QT_TRANSLATE_NOOP("Actions", "O&nion skin"), "Ctrl+Shift+N", "onion", checkable=True),
    ActionRow(
        "compare", "view", QT_TRANSLATE_NOOP("Actions", "&Compare with before the last run"), "K", checkable=True
    ),
    ActionRow("show_boxes", "view", QT_TRANSLATE_NOOP("Actions", "&Boxes, names and scores"), "Ctrl+B", checkable=True),
    ActionRow("colour_blind", "view", QT_TRANSLATE_NOOP("Actions", "&Colour-blind safe colours"), checkable=True),
    ActionRow("set_values", "view", QT_TRANSLATE_NOOP("Actions", "Range of &values…")),
    ActionRow("look_tint", "view -", QT_TRANSLATE_NOOP("Actions", "&Tint"), "F5", group="overlay"),
    ActionRow("look_contour", "view", QT_TRANSLATE_NOOP("Actions", "C&ontour"), group="overlay"),
    ActionRow("look_cutout", "view", QT_TRANSLATE_NOOP("Actions", "Cut-out"), group="overlay"),
    ActionRow("look_raw", "view", QT_TRANSLATE_NOOP("Actions", "No o&verlay"), group="overlay"),
    ActionRow("look_matte", "view", QT_TRANSLATE_NOOP("Actions", "&Matte, white on black"), "F6", group="overlay"),
    ActionRow("look_alpha", "view", QT_TRANSLATE_NOOP("Actions", "&Alpha of soft edges"), "F7", group="overlay"),
    ActionRow("look_checkerboard", "view", QT_TRANSLATE_NOOP("Actions", "Over a chec&kerboard"), "F8", group="overlay"),
    ActionRow("look_black", "view", QT_TRANSLATE_NOOP("Actions", "Over black"), "F9", group="overlay"),
    ActionRow("look_white", "view", QT_TRANSLATE_NOOP("Actions", "Over &white"), group="overlay"),
    ActionRow("look_colour", "view", QT_TRANSLATE_NOOP("Actions", "Over a colou&r"), group="overlay"),
    ActionRow("look_edges", "view", QT_TRANSLATE_NOOP("Actions", "&Edges alone"), group="overlay"),
    ActionRow("backdrop", "view", QT_TRANSLATE_NOOP("Actions", "Choose the colour behind objects…"), "", "colour"),
    ActionRow("solo", "view -", QT_TRANSLATE_NOOP("Actions", "&Solo: the selected object alone"), "Q", checkable=True),
    ActionRow(
        "side_by_side", "view", QT_TRANSLATE_NOOP("Actions", "Be&fore and now side by side"), "F3", checkable=True
    ),
    ActionRow("wipe", "view", QT_TRANSLATE_NOOP("Actions", "W&ipe from before to now"), "F4", checkable=True),
    ActionRow("fit", "view -", QT_TRANSLATE_NOOP("Actions", "&Fit to window"), "Ctrl+0", "fit"),
    ActionRow("zoom_100", "view", QT_TRANSLATE_NOOP("Actions", "&100 %"), "Ctrl+1"),
    ActionRow("theme_system", "view -", QT_TRANSLATE_NOOP("Actions", "Colours of the &system"), group="theme"),
    ActionRow("theme_light", "view", QT_TRANSLATE_NOOP("Actions", "&Light"), group="theme"),
    ActionRow("theme_dark", "view", QT_TRANSLATE_NOOP("Actions", "&Dark"), group="theme"),
    ActionRow("full_screen", "view -", QT_TRANSLATE_NOOP("Actions", "F&ull screen"), "F11", checkable=True),
    ActionRow("show_shortcuts", "help", QT_TRANSLATE_NOOP("Actions", "Find an action or &key…"), "F1", "help"),
    ActionRow("show_guide", "help", QT_TRANSLATE_NOOP("Actions", "&Guide on the sample")),
    ActionRow("report", "help", QT_TRANSLATE_NOOP("Actions", "&Report a problem…")),
    ActionRow("about", "help", QT_TRANSLATE_NOOP("Actions", "&About LIP"), role="AboutRole"),
    *(
        ActionRow(
            f"select_{number}",
            "",
            QT_TRANSLATE_NOOP("Actions", "Select object {0}"),
            str(number),
            number=number or 10,
        )
        for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    ),
)

NEED_A_VIDEO = (
    *(
        row.name
        for row in ACTIONS
        if row.menu.split(" ")[0] in ("edit", "tools", "object", "curve", "frame", "segment", "")
        and row.name not in ("preferences", "edit_shortcuts", "stop", "continue_run", "undo", "redo")
    ),
    *("save", "save_as", "export", "import_masks", "copy_command", "close_project", "overlay_mode", "fit", "zoom_100"),
    *("solo", "side_by_side", "wipe"),
)
