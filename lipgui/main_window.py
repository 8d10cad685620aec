"""The main window: its layout, and one block that connects signals with the methods that answer them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from lipgui.actions.action_set import ActionSet
from lipgui.actions.dispatch import Answers, Dispatch, numbered, tools
from lipgui.actions.table import NEED_A_VIDEO
from lipgui.basics.settings import Preferences, Settings
from lipgui.basics.theme import Theme
from lipgui.canvas.canvas import Canvas
from lipgui.canvas.overlay import ALL_MODES
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.controllers.click_answers import ClickAnswers
from lipgui.controllers.curves.editing import CurveEditing
from lipgui.controllers.edit_actions import Editing
from lipgui.controllers.file_actions import Filing
from lipgui.controllers.frame_actions import Navigation
from lipgui.controllers.help_actions import Assistance
from lipgui.controllers.job_presenter import RunDisplay
from lipgui.controllers.looks.comparing import Comparing
from lipgui.controllers.looks.soft_edges import SoftEdges
from lipgui.controllers.next_step import NextStep
from lipgui.controllers.previewing import Previewing
from lipgui.controllers.segment_actions import Running
from lipgui.controllers.segmentation import Segmentation, SegmenterFactory
from lipgui.controllers.session.closing import Closing
from lipgui.controllers.session.session import Session
from lipgui.controllers.timeline_presenter import Overview
from lipgui.controllers.view_actions import Looking
from lipgui.dialogs.problems import Problems
from lipgui.document.document import Document
from lipgui.edges.panel import EdgesPanel
from lipgui.jobs.jobs import JobQueue
from lipgui.jobs.latest_job import Thinking
from lipgui.keyboard import KeyboardGuard
from lipgui.menus import build_menus, show_history, show_recent
from lipgui.panels.job_panel import JobPanel
from lipgui.panels.objects_panel import ObjectsPanel
from lipgui.panels.review import ReviewPanel
from lipgui.panels.side import SidePanel
from lipgui.panels.stage import Stage
from lipgui.panels.status_line import StatusLine
from lipgui.panels.tools_bar import OptionsBar, ToolPanel
from lipgui.panels.welcome import Welcome
from lipgui.timeline.timeline import Timeline
from lipgui.widgets.icon_button import IconButton, tell_keys
from lipgui.widgets.notice import Message


def _first_size(screen: QSize) -> QSize:
    """Three quarters of a large screen, what is usual on others."""
    return QSize(1280, 800).expandedTo(screen * 0.75).boundedTo(screen)


class MainWindow(QMainWindow):
    """Layout and wiring only; what happens is in the parts that it puts together."""

    def __init__(self, settings: Settings, theme: Theme, problems: Problems, factory: SegmenterFactory) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.settings, self.theme, self.problems = settings, theme, problems
        self.document = Document(self)
        self.queue = JobQueue(self)
        self.segmentation = Segmentation(self.document, self.queue, factory, self)
        self.session = Session(self.document, settings, self)
        self.actions_by_name = ActionSet(self, settings.shortcuts())
        self.canvas, self.timeline, self.thinking = Canvas(), Timeline(), Thinking(self)
        self.clicks = ClickAnswers()
        self.objects, self.review, self.job_panel = ObjectsPanel(), ReviewPanel(), JobPanel()
        self.edges_panel = EdgesPanel()
        self.tools, self.options = ToolPanel(self.actions_by_name), OptionsBar(self.actions_by_name)
        self.welcome = Welcome(self.actions_by_name)
        self.stage = Stage(self.canvas, self.welcome)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self.viewing = Viewing(self.document, self.canvas, self)
        self.previewing = Previewing(self.document, self.segmentation, self.viewing, self)
        self.soft_edges = SoftEdges(self.document, self.canvas, self.viewing, self.edges_panel, self)
        self.comparing = Comparing(self.document, self.canvas, self.viewing, self.stage.pictures, self)
        self.overview = Overview(self.document, self.timeline, self.objects, self.review, self)
        self.looking = Looking(settings, theme, self.document, self.canvas, self.options, self.viewing, self)
        self.curves = CurveEditing(self.document, self.canvas, self.viewing, self)
        self.editing = Editing(self.document, self.timeline, self.canvas, self.viewing, self.curves, self)
        self.navigation = Navigation(self.document, self.timeline, self.overview, self)
        self.running = Running(self.document, self.segmentation, self)
        self.filing = Filing(self.document, self.session, settings, self.timeline, self)
        self.assistance = Assistance(self.actions_by_name, settings, self.looking, self.session, self.stage, self)
        self.recent_menu = build_menus(self, self.actions_by_name)
        others = (self.filing.files_queue, self.editing.repair_queue, self.curves.queue)
        self.closing = Closing(self.session, self.queue, others, self)
        actions = self.actions_by_name
        self.run_display = RunDisplay(
            self.segmentation, self.queue, self.job_panel, self.timeline, actions, problems, self
        )
        self.next_step = NextStep(
            self.document, self.segmentation, self.queue, self.options, self.stage.guide, settings, self
        )
        KeyboardGuard(self)
        parts = (
            *(self.looking, self.editing, self.navigation, self.running, self.filing, self.assistance),
            *(self.soft_edges, self.comparing, self.curves),
        )
        own: Answers = {
            "quit": self.close,
            "full_screen": self._set_full_screen,
            "rename_object": self.objects.edit_name,
            "recolour_object": self.objects.choose_colour,
            "loop": self._set_loop,
            "play_faster": self.timeline.transport.play_faster,
            "play_slower": self.timeline.transport.play_slower,
            **{f"look_{mode}": partial(self.looking.set_overlay, mode) for mode in ALL_MODES},
        }
        families = tools(self.looking.set_tool), numbered(self.navigation.select_number)
        self.dispatch = Dispatch(*(part.answers() for part in parts), *families, own)
        self._lay_out()
        self._connect()
        self.looking.show_all()
        self.actions_by_name["tool_brush"].setChecked(True)
        self._show_what_is_open()
        self._show_recent()

    # Layout ---------------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        self.side = SidePanel(self.objects, self.edges_panel, self.review)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.addWidget(self.stage)
        self.across.addWidget(self.side)
        self.across.setStretchFactor(0, 1)
        self.across.setSizes([1000, 270])
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.addWidget(self.tools)
        row.addWidget(self.across, 1)
        self.down = QSplitter(Qt.Orientation.Vertical)
        self.down.addWidget(middle)
        self.down.addWidget(self.timeline)
        self.down.setStretchFactor(0, 1)
        self.down.setSizes([560, 170])
        self.splitters = {"side": self.side, "across": self.across, "down": self.down}
        for splitter in self.splitters.values():
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        central = QFrame()
        column = QVBoxLayout(central)
        for layout in (row, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self.options)
        column.addWidget(self.down, 1)
        column.addWidget(self.job_panel)
        self.setCentralWidget(central)
        self.resize(_first_size(self.screen().availableSize()))
        self.settings.restore_layout(self, self.splitters)

    # Wiring ---------------------------------------------------------------------------------------------------------
    def _connect(self) -> None:
        ask = self.problems.guarded  # a LipError that a slot raises becomes a notice
        canvas, timeline, objects, options = self.canvas, self.timeline, self.objects, self.options
        document, session = self.document, self.session
        self.actions_by_name.triggered.connect(ask(self._do))
        self.stage.guide.actionRequested.connect(self.actions_by_name.trigger)
        canvas.strokeFinished.connect(ask(self.editing.paint))
        canvas.objectPickRequested.connect(self.navigation.pick)
        canvas.brushSizeChanged.connect(self.looking.set_brush_size)
        canvas.zoomChanged.connect(self.status.show_zoom)
        canvas.cursorMoved.connect(self.status.show_position)
        canvas.handChanged.connect(self._show_history)
        self.segmentation.ended.connect(self.status.clearMessage)
        self.looking.swapped.connect(self.status.show_swapped)
        canvas.playToggleRequested.connect(timeline.toggle_play)
        canvas.use_worker(self.thinking.run)
        canvas.use_answerer(self.clicks)
        self.thinking.failed.connect(self.problems.handle)
        options.brushSizeChanged.connect(self.looking.set_brush_size)
        options.paintRuleChanged.connect(self.looking.set_paint_rule)
        options.overlayChanged.connect(self.looking.set_overlay)
        options.opacityChanged.connect(self.looking.set_opacity)
        options.qualityChanged.connect(self.looking.set_quality)
        # frames and ranges
        timeline.frameRequested.connect(document.go_to)
        self.viewing.frameShown.connect(self.overview.on_frame_shown)
        timeline.inOutChanged.connect(document.set_in_out)
        timeline.loopToggled.connect(self.actions_by_name["loop"].setChecked)
        timeline.objectRequested.connect(self.navigation.pick)
        timeline.clearRangeRequested.connect(ask(self.editing.clear))
        timeline.verifyRangeRequested.connect(ask(self.editing.verify))
        timeline.rerunRangeRequested.connect(ask(self.running.rerun))
        self.review.frameRequested.connect(self.navigation.show_doubt)
        self.review.nextRequested.connect(self.navigation.next_doubtful)
        self.review.previousRequested.connect(self.navigation.previous_doubtful)
        self.review.verifyRequested.connect(ask(self.navigation.verify_frame))
        objects.objectSelected.connect(self.navigation.pick)
        objects.objectAdded.connect(ask(self.editing.new_object))
        objects.objectRenamed.connect(ask(self.editing.rename))
        objects.objectRecoloured.connect(ask(self.editing.recolour))
        objects.objectRemoved.connect(ask(self.editing.remove))
        self.edges_panel.overlayChanged.connect(self.looking.set_overlay)
        self.edges_panel.closeRequested.connect(lambda: self.actions_by_name.trigger("edges"))
        self.comparing.switched.connect(self._show_comparison)
        self.curves.guard(ask)
        for job in (self.curves.drawing, self.curves.tracking):
            job.failed.connect(self.problems.handle)
        objects.visibilityChanged.connect(ask(self.editing.set_visible))
        objects.lockChanged.connect(ask(self.editing.set_locked))
        # the document
        document.object_changed.connect(canvas.set_object)
        document.objects_changed.connect(self.side.share)
        document.message_raised.connect(self._tell_where)
        document.opened.connect(self.stage.notice.dismiss)
        document.opened.connect(self._show_what_is_open)
        document.closed.connect(self._show_what_is_open)
        document.stack.indexChanged.connect(self._show_history)
        # jobs
        self.job_panel.copyCommandRequested.connect(ask(self.filing.copy_command))
        # files
        session.openingStarted.connect(self.status.tell)
        session.recentChanged.connect(self._show_recent)
        session.saveStateChanged.connect(self.status.show_saved)
        session.saveStateChanged.connect(self._show_title)
        session.savingFailed.connect(self.filing.offer_retry)
        session.placeLost.connect(self.filing.offer_copy)
        session.failed.connect(self.problems.handle)
        self.closing.copy_wanted.connect(ask(self.filing.save_as))
        self.welcome.pathRequested.connect(self.filing.open_name)
        self.looking.changed.connect(self._use)
        self.looking.dismissed.connect(self.stage.notice.dismiss)
        self.theme.changed.connect(self._on_theme)
        self.problems.reported.connect(self.assistance.report)
        self.run_display.memoryExhausted.connect(self.assistance.ease_memory)
        self.run_display.tuningWanted.connect(self.running.offer_tuning)
        self.assistance.keysChanged.connect(self._tell_keys)
        names = ("edges", "merge_objects", "swap_objects", "split_object", "split_part", "repair", "clean")
        objects.menu_actions = [self.actions_by_name[name] for name in names]
        self.curves.menu_actions = self.actions_by_name.grouped("curve")
        self._tell_keys()
        for part in (canvas, self.curves, self.editing, self.navigation, self.running, self.filing, self.closing):
            part.told.connect(self.status.tell)
        announcing = self.viewing, self.editing, self.running, self.filing, self.closing, session, self.problems
        for each in announcing:
            each.announced.connect(self.stage.notice.show_message)

    @Slot()
    def _tell_keys(self) -> None:
        keys = self.actions_by_name.keys()
        tell_keys(self, keys)
        self.objects.keys = self.timeline.keys = keys

    # Answers that are the window's own --------------------------------------------------------------------------------
    def _do(self, name: str, checked: bool) -> None:
        self.dispatch.do(name, checked)
        self.stage.guide.on_done(name)

    @Slot(str, int)
    def _tell_where(self, text: str, frame: int) -> None:
        if self.queue.current is None:
            self.job_panel.show_idle(text)  # what it said of the last run may be undone
        if frame < 0:
            self.status.tell(text)
        else:
            self.status.clearMessage()
            choices = ((self.tr("Go there"), lambda: self.document.go_to(frame)),)
            self.stage.notice.show_message(Message(text, choices, is_news=True))

    @Slot(object)
    def _use(self, preferences: Preferences) -> None:
        self.segmentation.use(preferences)
        self.clicks.use(preferences)
        self.curves.use(preferences)
        self.navigation.use(preferences)
        self.next_step.use(preferences)
        self.running.use(preferences)
        self.overview.use_threshold(preferences.doubt_percent / 100)
        for name in ("onion", "show_boxes", "colour_blind"):
            self.actions_by_name[name].setChecked(getattr(preferences, name))
        self.actions_by_name[f"look_{preferences.overlay}"].setChecked(True)
        self.edges_panel.show_overlay(preferences.overlay)
        self.soft_edges.refresh()
        self.actions_by_name[f"theme_{self.theme.wanted}"].setChecked(True)

    @Slot(bool, bool)
    def _show_comparison(self, wiping: bool, beside: bool) -> None:
        self.actions_by_name["wipe"].setChecked(wiping)
        self.actions_by_name["side_by_side"].setChecked(beside)

    @Slot()
    def _show_what_is_open(self) -> None:
        is_open = self.document.is_open
        self.stage.show_canvas(is_open)
        for widget in (self.options, self.tools, self.side, self.timeline, self.job_panel):
            widget.setVisible(is_open)
        self.actions_by_name.enable(NEED_A_VIDEO, is_open)
        self.actions_by_name.enable(["set_values"], is_open and self.document.video.values is not None)
        self._show_title()
        self._show_history()
        if is_open:
            self.canvas.set_object(self.document.object_id)
            self.canvas.setFocus()
            self.status.clearMessage()
            project = self.document.project
            self.status.show_video(project.width, project.height, project.frame_rate, project.frame_count)
            self.status.show_zoom(self.canvas.zoom)
            self.status.show_saved(self.session.save_state)
            self.job_panel.show_idle(self._advice())
            self.side.share()
            self.assistance.begin_guide(self.session.is_sample)

        else:
            self.status.show_nothing()

    def _advice(self) -> str:
        """What to do with what was opened."""
        project = self.document.project
        if project.stopped_run is not None:
            return self.tr("A run was stopped when this was open last: Continue goes on where it was")
        if project.weights_in_use:
            return self.tr("The network is tuned: press F to propagate, or R where you repainted a frame")
        if project.annotated_frames:
            return self.tr("Press T to tune the network on what is painted, F to propagate")
        return self.tr("Paint the objects on this frame, then press T to tune, F to propagate")

    @Slot()
    def _show_history(self) -> None:
        show_history(self.document, self.actions_by_name, self.canvas.busy)

    @Slot()
    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.session.title} — LIP" if self.document.is_open else "LIP")

    @Slot()
    def _show_recent(self) -> None:
        paths = self.settings.recent()
        self.welcome.show_recent(paths)
        show_recent(self.recent_menu, paths, self.filing.open_name, self._forget_recent)

    def _forget_recent(self) -> None:
        self.settings.clear_recent()
        self._show_recent()

    @Slot()
    def _on_theme(self) -> None:
        self.actions_by_name.refresh_icons()
        self.welcome.refresh_icons()
        for button in self.findChildren(IconButton):
            button.refresh_icon()

    def _set_full_screen(self, wanted: bool) -> None:
        self.setWindowState(Qt.WindowState.WindowFullScreen if wanted else Qt.WindowState.WindowNoState)

    def _set_loop(self, wanted: bool) -> None:
        self.timeline.transport.loop_button.setChecked(wanted)

    # Qt's own -------------------------------------------------------------------------------------------------------
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file or folder that is dragged here."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        names = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if names:
            event.acceptProposedAction()
            self.filing.open_name(names[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save, then close, unless something runs or cannot be saved, which is told."""
        if not self.closing.may_close():
            event.ignore()
            return
        self.thinking.close()
        self.previewing.close()
        self.soft_edges.close()
        self.viewing.close()
        self.settings.store_layout(self, self.splitters)
        event.accept()
