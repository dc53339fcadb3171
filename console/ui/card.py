"""The executive's card: an always-on-top window that says what burns, and stays until somebody has answered.

It is the truth where no notification service is. It never takes the keyboard from what a person is doing: only once
they have clicked it does it listen to keys. Escape, closing it and time do not make it go away.

*Seen* is claimed of a page only when a person did something to it: moved the pointer over it after it had been on the
screen for a second, clicked it, turned to it or pressed a key on it. That it merely lay on an unlocked screen proves
nothing: the room may be empty, and the deputy must be told.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QCloseEvent, QCursor, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from console.domain.escalation import NotificationId
from console.domain.incident import IncidentId
from console.ui.card_face import Face, Stage
from console.ui.card_page import HEIGHT, WIDTH, Page
from console.ui.card_parts import RADIUS, SHADOW
from console.ui.corner import Corner
from console.ui.theme import Theme

_EDGE = 16  # pixels between the card and the edges of the screen
_LOOKED: Final = 1_000  # milliseconds on the screen before the pointer's coming proves a look
_AT_HAND: Final = 60_000  # milliseconds after which who touched it last has gone elsewhere
_FLASH: Final = 2_000
_HAND: Final = 3  # pixels: less than a hand moves a pointer

_PRESSES = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel, QEvent.Type.KeyPress}
)
_TURNS: Final = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
)


class Card(QWidget):
    """Shows one :class:`Face` at a time.

    ``acknowledged`` carries the incident and the name of the person its page is addressed to, ``opened`` the incident,
    ``seen`` the notification, ``dismissed`` the notification whose page, answered or over, was put away.
    """

    acknowledged = Signal(int, str)
    opened = Signal(int)
    seen = Signal(str)
    dismissed = Signal(str)

    def __init__(self, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, _FLAGS)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setFixedSize(WIDTH, HEIGHT)
        self._page = Page(look, self)
        self._faces: tuple[Face, ...] = ()
        self._shown: IncidentId | None = None
        self._asked: set[NotificationId] = set()
        self._seen: set[NotificationId] = set()
        self._put_away: set[tuple[NotificationId, Stage]] = set()
        self._on_screen = QElapsedTimer()
        self._corner = Corner(self, edge=_EDGE, shadow=SHADOW, radius=RADIUS)
        self._touched = QElapsedTimer()
        self._flash = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=_FLASH)
        self._flash.valueChanged.connect(self._page.light)
        self._page.acknowledge.clicked.connect(self._acknowledge)
        self._page.open_.clicked.connect(self._open)
        self._page.close_.clicked.connect(self._dismiss)
        self._page.pager.clicked.connect(lambda: self._turn(1))
        for part in (self, *self.findChildren(QWidget)):
            part.setMouseTracking(True)
            part.installEventFilter(self)

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────

    def show_faces(self, faces: Sequence[Face]) -> None:
        """Show these pages from now on, the most pressing first; none hides the card. Equal faces change nothing.

        The page that a person has at hand stays: no button ever comes to mean another incident under their hand.
        """
        before = {face.incident: face for face in self._faces}
        kept = tuple(f for f in faces if (f.notification, f.stage) not in self._put_away)
        if kept == self._faces:
            return
        self._faces = kept
        self._asked &= {f.notification for f in kept if f.stage is Stage.OPEN}
        rung = [f for f in kept if _rings(f, before.get(f.incident))]
        if self.face is None or (rung and not self._is_at_hand()):
            self._shown = (rung or kept)[0].incident if kept else None
        self._draw()
        if not kept:
            self.hide()
            return
        if not self.isVisible():
            self._corner.place()
            self.show()
        if rung:
            self._ring()

    def refuse(self, incident: IncidentId, sentence: str) -> None:
        """Say why an acknowledgement was not taken; it may be tried again."""
        self._asked -= {f.notification for f in self._faces if f.incident == incident}
        if incident == self._shown:
            self._draw()
            self._page.say(sentence)

    def restyle(self, look: Theme) -> None:
        """Take another look from now on."""
        self._page.restyle(look)
        self._draw()

    def press_acknowledge(self) -> None:
        """Press the button of the page that is shown, as a person would."""
        self._page.acknowledge.click()

    @property
    def face(self) -> Face | None:
        """The page that is shown."""
        return next((f for f in self._faces if f.incident == self._shown), None)

    @property
    def incidents(self) -> frozenset[IncidentId]:
        """The incidents that have a page now."""
        return frozenset(f.incident for f in self._faces)

    @property
    def is_lit(self) -> bool:
        """Whether its edge is lit up, because something has just come or sounds again."""
        return self._flash.state() is QVariantAnimation.State.Running

    def settle(self) -> None:
        """Let the edge go dark at once, as for a picture."""
        self._flash.stop()
        self._page.light(0.0)

    def _draw(self) -> None:
        face = self.face
        if face is None:
            return
        is_asked = face.notification in self._asked
        self._page.show_face(face, self._faces.index(face), len(self._faces), is_asked=is_asked)
        self.setWindowTitle(f"{face.heading}: {face.title}")

    def _ring(self) -> None:
        self.raise_()
        self._flash.stop()
        self._flash.start()
        QApplication.beep()

    # ── what a person does ────────────────────────────────────────────────────────────────────────

    @Slot()
    def _acknowledge(self) -> None:
        face = self.face
        if face is None or face.stage is not Stage.OPEN or face.notification in self._asked:
            return
        self._asked.add(face.notification)
        self._draw()
        self.acknowledged.emit(face.incident, face.by)

    @Slot()
    def _open(self) -> None:
        if self.face is not None:
            self.opened.emit(self.face.incident)

    @Slot()
    def _dismiss(self) -> None:
        face = self.face
        if face is None or face.stage is Stage.OPEN:
            return
        self._put_away.add((face.notification, face.stage))
        self.dismissed.emit(face.notification)
        self.show_faces(self._faces)

    def _turn(self, by: int) -> None:
        face = self.face
        if face is None or len(self._faces) < 2:
            return
        self._shown = self._faces[(self._faces.index(face) + by) % len(self._faces)].incident
        self._draw()
        self._see()

    def _see(self) -> None:
        face = self.face
        if face is not None and face.notification not in self._seen:
            self._seen.add(face.notification)
            self.seen.emit(face.notification)

    def _is_at_hand(self) -> bool:
        """Whether a person may be about to press something here."""
        is_near = self.isActiveWindow() or self.geometry().contains(QCursor.pos())
        return self.isVisible() and is_near and self._touched.isValid() and self._touched.elapsed() < _AT_HAND

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and kind is QEvent.Type.KeyPress and event.key() in _TURNS:
            self._turn(_TURNS[Qt.Key(event.key())])  # a button would give them to its neighbour
            return True
        if kind in _PRESSES or kind is QEvent.Type.MouseMove:
            self._touched.start()
        if kind in _PRESSES:
            if kind is not QEvent.Type.KeyPress:
                self._listen_to_keys(is_on=True)
            self._see()
        elif kind is QEvent.Type.MouseMove and self._has_been_looked_at():
            self._see()
        return super().eventFilter(watched, event)

    def _has_been_looked_at(self) -> bool:
        """The pointer was moved, by a hand, over what has been on the screen for a second."""
        is_hand = (QCursor.pos() - self._corner.pointer).manhattanLength() > _HAND
        return is_hand and self._on_screen.isValid() and self._on_screen.elapsed() >= _LOOKED

    def keyPressEvent(self, event: QKeyEvent) -> None:
        face, key = self.face, event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QAbstractButton) and focused.isVisible() and focused.hasFocus():
                focused.click()
            elif face is not None and face.stage is Stage.OPEN:
                self._page.acknowledge.click()
            else:
                self._page.close_.click()
        elif key != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    # ── the window ────────────────────────────────────────────────────────────────────────────────

    def _listen_to_keys(self, *, is_on: bool) -> None:
        """Keys are for the window a person works in, and that is this one only after they have clicked it."""
        window = self.windowHandle()
        if window is not None:
            window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, not is_on)
            if is_on and not self.isActiveWindow():
                self.activateWindow()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowDeactivate:
            self._listen_to_keys(is_on=False)
        elif event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._on_screen.invalidate()
            if event.type() is QEvent.Type.Show:
                self._on_screen.start()
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A person cannot close it away; the program that ends takes it along."""
        if event.spontaneous():
            event.ignore()
        else:
            super().closeEvent(event)


def _rings(face: Face, before: Face | None) -> bool:
    """Whether a page is to be noticed: it is new, it has risen, or it is due to sound again."""
    if face.stage is not Stage.OPEN:
        return False
    if before is None or face.level > before.level or before.stage is not Stage.OPEN:
        return True
    return face.sounds_at is not None and before.sounds_at is not None and face.sounds_at > before.sounds_at
