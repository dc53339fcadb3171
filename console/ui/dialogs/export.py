"""Export of an incident: formats, language and folder; what was written can be opened at once."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from console.domain.errors import SettingRefused
from console.domain.incident import Incident
from console.ui.dialogs.frame import INSET, Answer, Ask, Dialog, Fields, Hands, button, column, fault, named, row
from console.ui.parts import Segments, hairline, label
from console.ui.theme import Theme
from console.words import LANGUAGES, Words, quoted
from console.words.names import say

Export = Callable[..., Coroutine[Any, Any, list[Path]]]
"""``export(incident, formats, directory, language, force=...)``: the files written. Raises ConsoleError."""

Open = Callable[[QUrl], object]

_NAMES = {"zh_CN": "简体中文", "en": "English"}


class ExportDialog(Dialog):
    """Writes an incident's timeline. ``open_url`` hands a file or folder of ours to the system."""

    def __init__(
        self,
        words: Words,
        theme: Theme,
        hands: Hands,
        export: Export,
        parent: QWidget | None = None,
        open_url: Open = QDesktopServices.openUrl,
    ) -> None:
        super().__init__("exportDialog", say("Export the incident"), words, theme, parent)
        self._hands, self._export, self._open_url = hands, export, open_url
        self._incident: Incident | None = None
        self._written: tuple[Path, ...] = ()
        self._about = label(size="title")
        self.html, self.json = named(QCheckBox(), "formatHtml"), named(QCheckBox(), "formatJson")
        self.sayings.put(self.html.setText, say("HTML, to read and to send"))
        self.sayings.put(self.json.setText, say("JSON, to check and to compute with"))
        self.language = Segments(len(LANGUAGES))
        self.language.name([f"export-{code}" for code in LANGUAGES])
        self.language.say([_NAMES[code] for code in LANGUAGES])
        self.folder, self.browse = named(QLineEdit(), "exportFolder"), button("exportBrowse")
        self.sayings.put(self.browse.setText, say("Choose…"))
        self.answer = Answer("exportAnswer")
        self.open_file, self.show_folder = button("openExport"), button("showFolder")
        self.sayings.put(self.open_file.setText, say("Open the file"))
        self.sayings.put(self.show_folder.setText, say("Show folder"))
        self.replace = Ask("replaceExport", say("Replace it"), words, theme, self._replace)
        self.export, self.cancel = button("exportNow", is_primary=True), button("closeExport")
        self.sayings.put(self.export.setText, say("Export"))
        self.sayings.put(self.cancel.setText, say("Close"))
        self._lay_out()
        self.html.setChecked(True)
        self.json.setChecked(True)
        self.folder.setText(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        for box in (self.html, self.json):
            box.toggled.connect(self._edited)
        self.folder.textChanged.connect(self._edited)
        self.language.chosen.connect(self._edited)
        self.browse.clicked.connect(self._browse)
        self.open_file.clicked.connect(self._open)
        self.show_folder.clicked.connect(self._open_folder)
        self.export.clicked.connect(self._begin)
        self.cancel.clicked.connect(self.close)
        self._edited()

    def _lay_out(self) -> None:
        formats, where = QWidget(), QWidget()
        boxes = QVBoxLayout(formats)
        boxes.setContentsMargins(0, 4, 0, 0)
        boxes.addWidget(self.html)
        boxes.addWidget(self.json)
        line = row(self.folder, self.browse, stretch=False)
        line.setContentsMargins(0, 0, 0, 0)
        where.setLayout(line)
        fields = Fields(self.sayings)
        fields.line(say("Formats"), formats)
        fields.line(say("Language"), self.language)
        fields.line(say("Folder"), where, focus=self.folder)
        page = QWidget()
        inner = column(page)
        inner.addWidget(self._about)
        inner.addLayout(fields)
        inner.addWidget(self.answer)
        inner.addWidget(self.replace)
        inner.addLayout(row(self.open_file, self.show_folder))
        inner.addStretch(1)
        foot = row()
        foot.setContentsMargins(INSET, 12, INSET, 12)
        foot.addWidget(self.cancel)
        foot.addWidget(self.export)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(page, 1)
        whole.addWidget(hairline())
        whole.addLayout(foot)
        self.setMinimumSize(560, 400)
        self.resize(620, 440)

    def begin(self, incident: Incident) -> None:
        """Come up for an incident, in the desk's language."""
        self._incident = incident
        self._about.set(self.words.title(incident))
        self.language.choose(LANGUAGES.index(self.words.language))
        self._edited()
        self.come()
        self.export.setFocus()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        if self._incident is not None:
            self._about.set(words.title(self._incident))
        self._edited()

    def formats(self) -> list[str]:
        """The chosen formats."""
        return [name for name, box in (("html", self.html), ("json", self.json)) if box.isChecked()]

    def _edited(self, *_: object) -> None:
        self._written = ()
        self.answer.set("")
        self.replace.hide()
        self._show_written()
        self.export.setEnabled(bool(self.formats() and self.folder.text().strip()))

    def _begin(self) -> None:
        self._write(is_forced=False)

    def _replace(self) -> None:
        self._write(is_forced=True)

    def _write(self, *, is_forced: bool) -> None:
        assert self._incident is not None
        folder = Path(self.folder.text().strip()).expanduser().absolute()
        code = LANGUAGES[self.language.current]
        self._written = ()
        self._show_written()
        self.export.setEnabled(False)
        self.replace.hide()
        self.answer.set(self.words.say("Writing…"))
        work = self._export(self._incident.id, self.formats(), folder, code, force=is_forced)
        self._hands.bridge.ask(work, then=self._done, otherwise=self._failed)

    def _done(self, written: Sequence[Path]) -> None:
        self._written = tuple(written)
        self.export.setEnabled(True)
        names = "\n".join(quoted(str(path), 400) for path in written)
        self.answer.set(self.words.say("Written:\n{names}", names=names))
        self._show_written()
        (self.open_file if self.open_file.isEnabled() else self.show_folder).setFocus()

    def _failed(self, error: Exception) -> None:
        self.export.setEnabled(True)
        if isinstance(error, SettingRefused) and error.code == "file_exists":
            self.answer.set("")
            path = quoted(str(error.fields.get("path", "")), 400)
            self.replace.ask(self.words.say("{path} is there already. Replace it?", path=path), self.export)
        else:
            self.answer.set(fault(self.words, error))

    def _show_written(self) -> None:
        self.open_file.setVisible(bool(self._written))
        self.show_folder.setVisible(bool(self._written))

    def _open(self) -> None:
        if self._written:
            self._hand_over(self._written[0])

    def _open_folder(self) -> None:
        if self._written:
            self._hand_over(self._written[0].parent)

    def _hand_over(self, path: Path) -> None:
        if not self._open_url(QUrl.fromLocalFile(str(path))):
            self.answer.set(self.words.say("Nothing on this machine opens {path}.", path=quoted(str(path), 400)))

    def _browse(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.words.say("Folder"), self.folder.text())
        if found:
            self.folder.setText(found)
