"""A source to be: a feed or a folder, tried out before it is kept."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QStackedWidget, QWidget

from console.domain.errors import ConsoleError, SettingRefused
from console.domain.mention import TIERS, Post
from console.ui.dialogs.frame import Answer, Fields, Hands, Number, Page, button, choice, column, fault, named, row
from console.ui.dialogs.posts import PostLines
from console.ui.parts import Segments, label
from console.ui.theme import Theme
from console.words import Words
from console.words.names import say

TestSource = Callable[[str, dict[str, Any]], Coroutine[Any, Any, Sequence[Post]]]
"""Reads a source once, as it is set up: up to five posts. Raises ConsoleError."""

CheckOptions = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""The options of a kind as they are kept, checked and complete. Raises SettingRefused."""

KINDS = ("feed", "folder")
_SCHEME = "https://"
_SHOWN = 5
_MINUTES = 60.0


class SourceForm(Page):
    """Kind, place, name and platform of a new source. ``changed`` is sent as a person types."""

    changed = Signal()

    def __init__(
        self, words: Words, theme: Theme, hands: Hands, test: TestSource, check: CheckOptions, *, shown: int = _SHOWN
    ) -> None:
        super().__init__(words, theme)
        self._hands, self._test_source, self._check = hands, test, check
        self.kind = Segments(len(KINDS))
        self.kind.name([f"kind-{kind}" for kind in KINDS])
        self.url, self.path = named(QLineEdit(), "sourceUrl"), named(QLineEdit(), "sourcePath")
        self.url.setPlaceholderText(_SCHEME)
        self.browse = button("sourceBrowse")
        self.sayings.put(self.browse.setText, say("Choose…"))
        self.source_name = named(QLineEdit(), "sourceName")
        self.source_name.setMaxLength(60)
        self.platform = choice("sourcePlatform")
        self.every = Number("sourceEvery", 1, 1440, 1)
        self.every.setValue(5)
        self.private = named(QCheckBox(), "sourcePrivate")
        self.sayings.put(self.private.setText, say("The address may be inside this machine or its own network"))
        self.test = button("testSource")
        self.answer = Answer("testAnswer")
        self.posts = PostLines("testPosts", shown, words, theme)
        self._build()
        self._running: int | None = None
        self._runs = 0
        self.answer.set("")
        for field in (self.url, self.path, self.source_name):
            field.textChanged.connect(self._edited)
        self.kind.chosen.connect(self._turn)
        self.platform.currentIndexChanged.connect(self._edited)
        self.every.valueChanged.connect(self._edited)
        self.private.toggled.connect(self._edited)
        self.browse.clicked.connect(self._browse)
        self.test.clicked.connect(self.try_it)
        self._turn(0)
        self.retranslate(words)

    def _build(self) -> None:
        self._place = QStackedWidget()
        self._place.setSizePolicy(self.url.sizePolicy())
        folder = QWidget()
        line = row(self.path, self.browse, stretch=False)
        line.setContentsMargins(0, 0, 0, 0)
        folder.setLayout(line)
        self._place.addWidget(self.url)
        self._place.addWidget(folder)
        self._place.setMaximumHeight(34)
        self.sayings.put(self.url.setAccessibleName, say("Address of the feed"))
        self.sayings.put(self.path.setAccessibleName, say("Folder"))
        self._interval = QWidget()
        unit = label(tone="2")
        self.sayings.put(unit.set, say("minutes"))
        interval = row(self.every, unit, stretch=False)
        interval.setContentsMargins(0, 0, 0, 0)
        self._interval.setLayout(interval)
        fields = Fields(self.sayings)
        fields.line(say("Kind"), self.kind)
        fields.line(say("Where"), self._place, focus=self._place)
        fields.line(say("Its name"), self.source_name)
        fields.line(say("Platform"), self.platform, say("It decides how high on the ladder its posts stand."))
        fields.line(say("Asked every"), self._interval, focus=self.every)
        fields.addWidget(self.private, fields.rowCount(), 1)
        whole = column(self, inset=4)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(fields)
        whole.addLayout(row(self.test))
        whole.addWidget(self.answer)
        whole.addWidget(self.posts)

    @property
    def chosen_kind(self) -> str:
        """``feed`` or ``folder``."""
        return KINDS[self.kind.current]

    @property
    def is_empty(self) -> bool:
        """Whether no place was given."""
        return not self._where().text().strip()

    def name(self) -> str:
        """The name given, else the host of the feed or the name of the folder."""
        where = self._where().text().strip()
        try:
            guess = urlsplit(where).hostname if self.chosen_kind == "feed" else Path(where).name
        except ValueError:  # brackets of an address that is none
            guess = ""
        return self.source_name.text().strip() or guess or where

    def options(self) -> dict[str, Any]:
        """The options as they would be kept. Raises SettingRefused."""
        given: dict[str, Any]
        if self.chosen_kind == "feed":
            every = self.every.value() * _MINUTES
            given = {"url": self.url.text().strip(), "interval": every, "allow_private": self.private.isChecked()}
        else:
            path = self.path.text().strip()
            given = {"path": str(Path(path).expanduser().absolute()) if path else ""}
        if self.platform.currentData():
            given["platform"] = self.platform.currentData()
        return self._check(self.chosen_kind, given)

    def refuse_taken(self, names: Sequence[str]) -> None:
        """Raises SettingRefused where the name is somebody else's."""
        if self.name() in names:
            raise SettingRefused("name_taken", name=self.name())

    def clear(self) -> None:
        """Begin anew."""
        for field in (self.url, self.path, self.source_name):
            field.clear()
        self.private.setChecked(False)
        self.every.setValue(5)
        self.platform.setCurrentIndex(0)
        self._edited()

    def try_it(self) -> None:
        """Read the source once and show what it brings, or why not."""
        self.posts.show_posts(())
        try:
            options = self.options()
        except ConsoleError as error:
            self.answer.set(fault(self.words, error))
            return
        self._runs += 1
        self._running = self._runs
        self.test.setEnabled(False)
        self.answer.set(self.words.say("Reading it once…"))
        run = self._runs
        kind = self.chosen_kind
        self._hands.bridge.ask(
            self._test_source(kind, options),
            then=lambda posts: self._tested(run, posts),
            otherwise=lambda error: self._failed(run, error),
        )

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.kind.say([words.say("Feed (RSS, Atom, JSON Feed)"), words.say("Folder of files (CSV, JSON lines)")])
        chosen = self.platform.currentIndex()
        self.platform.blockSignals(True)  # noqa: FBT003
        self.platform.clear()
        self.platform.addItem(words.say("As its posts say, else the usual one"), "")
        for platform in TIERS:
            self.platform.addItem(words.platform(platform), platform)
        self.platform.setCurrentIndex(max(0, chosen))
        self.platform.blockSignals(False)  # noqa: FBT003
        if self._running is None:
            self.answer.set("")
        self._show_test()

    def _where(self) -> QLineEdit:
        return self.url if self.chosen_kind == "feed" else self.path

    def _turn(self, number: int) -> None:
        self._place.setCurrentIndex(number)
        is_feed = KINDS[number] == "feed"
        self._interval.setEnabled(is_feed)
        self.private.setVisible(is_feed)
        self._edited()

    def _edited(self, *_: object) -> None:
        self._running = None
        self.answer.set("")
        self.posts.show_posts(())
        self.source_name.setPlaceholderText("" if self.is_empty else self.name())
        self._show_test()
        self.changed.emit()

    def _show_test(self) -> None:
        self.test.setText(self.words.say("Test"))
        self.test.setEnabled(not self.is_empty and self._running is None)

    def _tested(self, run: int, posts: Sequence[Post]) -> None:
        if run != self._running:
            return
        self._running = None
        self._show_test()
        if posts:
            count = self.words.count("It works: the newest post", "It works: the newest {n} posts", len(posts))
            self.answer.set(count)
        else:
            self.answer.set(self.words.say("It answers, but has no post yet. It can be added."))
        self.posts.show_posts(posts)

    def _failed(self, run: int, error: Exception) -> None:
        if run == self._running:
            self._running = None
            self._show_test()
            self.answer.set(fault(self.words, error))

    def _browse(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.words.say("Folder"), self.path.text())
        if found:
            self.path.setText(found)
