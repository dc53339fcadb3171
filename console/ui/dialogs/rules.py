"""The rules: each threshold with its meaning in plain words; saving writes the next dated, signed version."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from console.domain.clock import Instant
from console.domain.escalation import Role
from console.domain.mention import Tier
from console.domain.reading import Measure
from console.domain.rule import SHIPPED_RULES, Level, Rule, RuleId, Threshold, with_bound
from console.ui.dialogs.frame import (
    INSET,
    LIST_WIDTH,
    Answer,
    Hands,
    Number,
    Page,
    button,
    choices,
    column,
    fault,
    paragraph,
    row,
    scrolled,
)
from console.ui.dialogs.reads import Watched
from console.ui.parts import LevelMark, hairline, label
from console.ui.theme import Theme, draw_shape
from console.words import Words, quoted
from console.words.names import say

SHIPPED = {rule.id: rule for rule in SHIPPED_RULES}
SHIPPED_BY = "shipped"
_SHARES = {Measure.SHARE, Measure.SILENT_SOURCES}
_UNITS = {
    Measure.NEGATIVE_15: say("posts"),
    Measure.NEGATIVE_60: say("posts"),
    Measure.BIG_ACCOUNTS: say("accounts"),
    Measure.LARGEST_ACCOUNT: say("followers"),
    Measure.SILENT_MINUTES: say("minutes"),
    Measure.BURST: say("points"),
    Measure.BURST_ALL: say("points"),
}
_RANGES = {
    Measure.BURST: (1.0, 10_000.0, 1.0),
    Measure.BURST_ALL: (1.0, 10_000.0, 1.0),
    Measure.SHARE: (1.0, 100.0, 5.0),
    Measure.NEGATIVE_15: (1.0, 1_000_000.0, 5.0),
    Measure.NEGATIVE_60: (1.0, 1_000_000.0, 10.0),
    Measure.BIG_ACCOUNTS: (1.0, 10_000.0, 1.0),
    Measure.LARGEST_ACCOUNT: (100_000.0, 1_000_000_000.0, 100_000.0),
    Measure.TIER: (float(Tier.SOCIAL), float(Tier.PRESS), 1.0),
    Measure.SILENT_MINUTES: (1.0, 1_440.0, 1.0),
    Measure.SILENT_SOURCES: (1.0, 100.0, 5.0),
}
"""Least, most and step of a bound, as it is shown: shares in percent, silence in minutes."""


class BoundField(Number):
    """The bound of one threshold, with its unit."""

    def __init__(self, rule: RuleId, threshold: Threshold) -> None:
        least, most, step = _RANGES[threshold.measure]
        super().__init__(f"bound-{rule}-{threshold.measure}", least, most, step, _decimals(threshold))
        self.measure = threshold.measure
        self._scale = 100.0 if threshold.measure in _SHARES else 1.0
        self.put(threshold.bound)

    def bound(self) -> float:
        """The bound as a rule holds it."""
        return round(self.value() / self._scale, 6)

    def put(self, bound: float) -> None:
        """Show a bound, also one that lies outside what is usually chosen."""
        shown = bound * self._scale
        self.setRange(min(self.minimum(), shown), max(self.maximum(), shown))
        self.setValue(shown)

    def unit(self, words: Words) -> str:
        """What the figure counts."""
        if self.measure in _SHARES:
            return "%"
        if self.measure is Measure.TIER:
            return words.bound(Measure.TIER, self.bound())
        return words.say(_UNITS[self.measure])


def _decimals(threshold: Threshold) -> int:
    shown = threshold.bound * (100.0 if threshold.measure in _SHARES else 1.0)
    return 0 if round(shown, 6) == round(shown) else 1


class BoundLine(Page):
    """A threshold: what it measures, its bound and unit, and what that means."""

    def __init__(self, rule: RuleId, threshold: Threshold, words: Words, theme: Theme) -> None:
        super().__init__(words, theme)
        self.field = BoundField(rule, threshold)
        self._name, self._unit, self._meaning = label(bold=True), label(tone="2"), paragraph()
        self._name.setMinimumWidth(200)
        self._unit.setMinimumWidth(88)
        self._less, self._more = button(f"less-{rule}-{threshold.measure}"), button(f"more-{rule}-{threshold.measure}")
        for one, sign in ((self._less, "−"), (self._more, "+")):
            one.setText(sign)
            one.setFixedWidth(36)
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys do the same in the field
        self._less.clicked.connect(self.field.stepDown)
        self._more.clicked.connect(self.field.stepUp)
        self.sayings.put(self._less.setAccessibleName, say("Less"))
        self.sayings.put(self._more.setAccessibleName, say("More"))
        line = row(self._name, self._less, self.field, self._more, self._unit, stretch=False)
        line.setStretch(0, 1)
        whole = column(self, inset=4, gap=4)
        whole.setContentsMargins(0, 4, 0, 4)
        whole.addLayout(line)
        whole.addWidget(self._meaning)
        self.field.valueChanged.connect(self._show_unit)
        self.retranslate(words)

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        name, meaning = words.measure(self.field.measure), words.measure_meaning(self.field.measure)
        self._name.set(name)
        self._meaning.set(meaning)
        self.field.setAccessibleName(name)
        self.field.setAccessibleDescription(meaning)
        self._show_unit()

    def _show_unit(self, *_: object) -> None:
        self._unit.set(self.field.unit(self.words))


class RuleForm(Page):
    """One rule: its sentence as it would stand, its thresholds, and who changed it when. ``edited``: a bound moved."""

    edited = Signal()

    def __init__(self, rule: Rule, now: Instant, words: Words, theme: Theme) -> None:
        super().__init__(words, theme)
        self.rule, self._now = rule, now
        self._mark = LevelMark()
        self._name, self._signed = label(size="title"), label(tone="3", size="hint")
        self._sentence = paragraph(tone="1")
        self.back = button(f"shipped-{rule.id}")
        self.sayings.put(self.back.setText, say("Back to shipped"))
        self.back.clicked.connect(self._put_back)
        page = column(self)
        head = row(self._mark, self._name, stretch=False)
        head.setStretch(1, 1)
        page.addLayout(head)
        page.addWidget(self._sentence)
        page.addWidget(hairline())
        self.fields: list[BoundField] = []
        for number, threshold in enumerate((*rule.all_of, *rule.any_of)):
            if rule.all_of and number == len(rule.all_of):
                besides = label(tone="2")
                self.sayings.put(besides.set, say("and besides at least one of these:"))
                page.addWidget(besides)
            line = BoundLine(rule.id, threshold, words, theme)
            line.field.valueChanged.connect(self._moved)
            self.fields.append(line.field)
            page.addWidget(line)
        page.addStretch(1)
        page.addWidget(self._signed)
        page.addLayout(row(self.back))
        self.retranslate(words)

    def draft(self, at: Instant, by: str) -> Rule | None:
        """The rule's next version; None while nothing was changed."""
        wanted = self.rule
        for field, threshold in zip(self.fields, (*self.rule.all_of, *self.rule.any_of), strict=True):
            if field.bound() != round(threshold.bound, 6):
                wanted = with_bound(wanted, field.measure, field.bound(), at, by)
        return None if wanted is self.rule else wanted

    def discard(self) -> None:
        """Show the rule as it is in force."""
        self._put(self.rule)

    def keep(self, rule: Rule, now: Instant) -> None:
        """The rule as it is in force; what was being changed stays."""
        had_draft = self.draft(now, "") is not None
        self.rule, self._now = rule, now
        if not had_draft:
            self._put(rule)
        self._show()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self._show()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._show()

    def _put_back(self) -> None:
        shipped = SHIPPED.get(self.rule.id)
        if shipped is not None:
            self._put(shipped)

    def _put(self, rule: Rule) -> None:
        for field, threshold in zip(self.fields, (*rule.all_of, *rule.any_of), strict=True):
            field.put(threshold.bound)

    def _moved(self, *_: object) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        words = self.words
        self._mark.show_level(self.rule.level, words, self.theme)
        self._name.set(words.rule_name(self.rule.id))
        shown = self.draft(self._now, "") or self.rule
        self._sentence.set(words.rule(shown))
        shipped = SHIPPED.get(self.rule.id)
        self.back.setEnabled(shipped is not None and (shown.all_of, shown.any_of) != (shipped.all_of, shipped.any_of))
        if self.rule.changed_by == SHIPPED_BY:
            self._signed.set(words.say("As shipped, nobody changed it"))
        else:
            self._signed.set(
                words.say(
                    "Version {n} · changed by {name} · {time}",
                    n=self.rule.version,
                    name=quoted(self.rule.changed_by, 40),
                    time=words.instant(self.rule.changed_at, self._now),
                )
            )


class RulesPage(Page):
    """The rules at the left, the chosen one at the right; what was changed of any is saved together."""

    def __init__(self, words: Words, theme: Theme, hands: Hands, parent: QWidget | None = None) -> None:
        super().__init__(words, theme, parent)
        self._hands = hands
        self._watched = Watched()
        self.list = choices("ruleList")
        self.list.setFixedWidth(LIST_WIDTH)
        self.sayings.put(self.list.setAccessibleName, say("Rules"))
        self.forms: dict[RuleId, RuleForm] = {}
        self._stack = QStackedWidget()
        self.save, self.drop = button("saveRules", is_primary=True), button("dropRules")
        self.sayings.put(self.drop.setText, say("Discard changes"))
        self.answer = Answer("rulesAnswer")
        foot = QVBoxLayout()
        foot.setContentsMargins(INSET, 12, INSET, 12)
        foot.addWidget(self.answer)
        buttons = row(self.drop)
        buttons.addWidget(self.save)
        foot.addLayout(buttons)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(hairline())
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.list)
        whole.addWidget(hairline(vertical=True))
        whole.addLayout(right, 1)
        self.list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.save.clicked.connect(self._save)
        self.drop.clicked.connect(self._drop)
        self._show_drafts()

    def show_watched(self, found: Watched) -> None:
        """Show the rules in force."""
        self._watched = found
        now = self._hands.clock.now()
        for rule in sorted(found.rules, key=_place):
            if rule.id in self.forms:
                self.forms[rule.id].keep(rule, now)
                continue
            form = self.forms[rule.id] = RuleForm(rule, now, self.words, self.theme)
            form.edited.connect(self._edited)
            self._stack.addWidget(scrolled(form))
            self.list.addItem(QListWidgetItem())
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._show_drafts()

    def retranslate(self, words: Words) -> None:
        super().retranslate(words)
        self.answer.set("")
        self._show_drafts()

    def restyle(self, theme: Theme) -> None:
        super().restyle(theme)
        self._show_drafts()

    def drafts(self) -> list[Rule]:
        """The next version of every rule that was changed, signed by the officer."""
        now, by = self._hands.clock.now(), self._watched.officer(self.words.role(Role.DUTY))
        return [draft for form in self.forms.values() if (draft := form.draft(now, by)) is not None]

    def _edited(self) -> None:
        self.answer.set("")
        self._show_drafts()

    def _show_drafts(self) -> None:
        drafts = {rule.id for rule in self.drafts()}
        for number, form in enumerate(self.forms.values()):
            name = self.words.rule_name(form.rule.id)
            state = self.words.say("changed") if form.rule.id in drafts else ""
            item = self.list.item(number)
            item.setText(f"{name} · {state}" if state else name)
            item.setIcon(_icon(form.rule.level, self.theme))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self.words.level(form.rule.level)} {item.text()}")
        self.save.setText(self.words.say("Put in force and into the history"))
        self.save.setEnabled(bool(drafts))
        self.drop.setEnabled(bool(drafts))

    def _drop(self) -> None:
        for form in self.forms.values():
            form.discard()
        self._edited()

    def _save(self) -> None:
        drafts = self.drafts()
        self.save.setEnabled(False)
        by = self._watched.officer(self.words.role(Role.DUTY))
        self._hands.bridge.ask(self._hands.desk.save_rules(drafts, by), then=self._saved, otherwise=self._failed)

    def _saved(self, _: None) -> None:
        self.answer.set(self.words.say("In force from now on; what was before stays in the history."))

    def _failed(self, error: Exception) -> None:
        self.answer.set(fault(self.words, error))
        self._show_drafts()


def _place(rule: Rule) -> int:
    """The shipped rules in their own order, others after them."""
    return list(SHIPPED).index(rule.id) if rule.id in SHIPPED else len(SHIPPED)


def _icon(level: Level, theme: Theme) -> QIcon:
    picture = QPixmap(QSize(32, 32))
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_shape(painter, level, QRectF(2, 2, 12, 12), theme.level(level))
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
