"""Every entry of the timeline is a line that says what it records."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from console.domain.clock import ReplayClock
from console.domain.timeline import EntryKind
from console.store import timeline
from console.words import Words
from tests.helpers.builders import NOON, a_store
from tests.helpers.reports import chained
from tests.helpers.story import tell

ZH, EN = Words("zh_CN", UTC), Words("en", UTC)
BOSS = {"notification": "1-2-1", "role": "executive", "name": "Li Ming", "level": "critical"}

TOLD: list[tuple[EntryKind, dict[str, Any], str, str]] = [
    (
        EntryKind.FIRST_POST,
        {"title": "t", "mention": 1, "author": "a", "platform": "weibo", "text": "it broke"},
        "First post, by a on Weibo: it broke",
        "首帖，a 发于微博：it broke",
    ),
    (EntryKind.FIRST_POST, {"title": "it broke"}, "First post: it broke", "首帖：it broke"),
    (
        EntryKind.ALERT_FIRED,
        {"level": "serious", "rule": "escalate", "negatives": {"30": 12}, "subject": {"kind": "conversation"}},
        "◆ Serious · Fast spread: 12 negative posts in 30 minutes",
        "◆ 橙 · 快速扩散：30 分钟 12 条负面",
    ),
    (
        EntryKind.ALERT_CLEARED,
        {"level": "warning", "rule": "watch"},
        "Alert cleared: ▲ Warning · Sudden negatives",
        "预警解除：▲ 黄 · 负面突增",
    ),
    (EntryKind.INCIDENT_OPENED, {"title": "it broke"}, "Incident opened: it broke", "立为舆情事件：it broke"),
    (
        EntryKind.LEVEL_RAISED,
        {"from": "warning", "to": "critical"},
        "Level raised from ▲ Warning to ■ Critical",
        "级别由 ▲ 黄 升到 ■ 红",
    ),
    (
        EntryKind.TOLD,
        {**BOSS, "why": "new"},
        "■ Critical told to Li Ming (Executive)",
        "■ 红 上报Li Ming（一把手）",
    ),
    (
        EntryKind.TOLD,
        {**BOSS, "why": "unseen", "role": "deputy", "name": ""},
        "■ Critical told to Deputy: nobody before has seen it",
        "■ 红 上报副总：前一位未看",
    ),
    (EntryKind.TOLD, {**BOSS, "why": "clear", "name": ""}, "All-clear to Executive", "向一把手报解除"),
    (
        EntryKind.DELIVERED,
        {**BOSS, "channel": "desktop"},
        "Delivered to Li Ming (Executive) (desktop notification)",
        "已送达Li Ming（一把手）（桌面通知）",
    ),
    (
        EntryKind.UNDELIVERED,
        {**BOSS, "name": "", "channel": "desktop", "reason": "no_desktop"},
        "Not delivered to Executive (desktop notification): no notification service",
        "未送达一把手（桌面通知）：没有通知服务",
    ),
    (EntryKind.SEEN, {**BOSS, "name": "", "channel": "card"}, "Seen by Executive (card)", "一把手已看（上报卡片）"),
    (
        EntryKind.ACKNOWLEDGED,
        {"note": "on it", "via": "card", "level": "critical"},
        "Acknowledged (card): on it",
        "认领（上报卡片）：on it",
    ),
    (EntryKind.ACKNOWLEDGED, {"note": "", "via": "desk"}, "Acknowledged (desk)", "认领（值班台）"),
    (EntryKind.NOTE, {"text": "the shop\ncalled"}, "the shop called", "the shop called"),
    (
        EntryKind.STATE_CHANGED,
        {"act": "resolve", "from": "handling", "to": "resolved", "note": "mended"},
        "Resolve: Handling → Resolved: mended",
        "办结：处置中 → 已结：mended",
    ),
    (
        EntryKind.SOUNDED_AGAIN,
        {**BOSS, "name": ""},
        "Sounded again for Executive: not seen yet",
        "再次提醒一把手：尚未看到",
    ),
    (
        EntryKind.ALL_CLEAR,
        {"title": "t", "level": "critical"},
        "All clear; the highest was ■ Critical",
        "解除，最高 ■ 红",
    ),
    (
        EntryKind.EXPORTED,
        {"format": "html", "name": "incident-1.html", "sha256": "ab" * 32},
        "Exported as HTML: incident-1.html, SHA-256 abababababababab…",
        "导出 HTML：incident-1.html，SHA-256 abababababababab…",
    ),
    (EntryKind.SOURCE_SILENT, {"title": "board"}, "Source silent: board", "信源静默：board"),
    (EntryKind.SOURCE_HEARD, {"title": "*"}, "Source heard again: all sources", "信源恢复：全部信源"),
    (
        EntryKind.RULE_CHANGED,
        {"rule": "watch", "version": 2, "before": {}, "after": {}},
        "Rule changed: Sudden negatives, now version 2",
        "修改规则：负面突增，现为第 2 版",
    ),
    (
        EntryKind.WATCH_CHANGED,
        {"what": "monitor", "act": "added", "name": "Borealis"},
        "Monitor added: Borealis",
        "新增监测项：Borealis",
    ),
    (
        EntryKind.WATCH_CHANGED,
        {"what": "policy", "act": "changed", "name": "critical"},
        "Telling rules changed: ■ Critical",
        "修改上报策略：■ 红",
    ),
]


@pytest.mark.parametrize(("kind", "facts", "english", "chinese"), TOLD)
def test_an_entry_is_a_line(kind: EntryKind, facts: dict[str, Any], english: str, chinese: str) -> None:
    (entry,) = chained((kind, "machine", facts))
    assert (EN.entry(entry), ZH.entry(entry)) == (english, chinese)


def test_every_kind_is_told_above() -> None:
    assert {kind for kind, *_ in TOLD} == set(EntryKind)


@pytest.mark.parametrize("kind", list(EntryKind))
def test_facts_of_another_age_break_nothing(kind: EntryKind) -> None:
    for facts in ({}, {"level": "purple", "role": "king", "act": "dance", "from": None, "to": 3, "what": "planet"}):
        (entry,) = chained((kind, "machine", facts))
        assert "{" not in EN.entry(entry) + ZH.entry(entry)


@pytest.mark.parametrize("kind", list(EntryKind))
def test_a_strangers_words_stay_on_their_line(kind: EntryKind) -> None:
    hostile = "{name} %s\n<table>\u202e\x00\ud800" + "x" * 10_000
    keys = ("title", "author", "platform", "text", "note", "name", "channel", "reason", "via", "format", "rule")
    (entry,) = chained(
        (kind, "machine", {**dict.fromkeys(keys, hostile), "role": "duty", "what": "monitor", "act": "added"})
    )
    for words in (EN, ZH):
        told = words.entry(entry)
        assert not set("\n\u202e\x00\ud800") & set(told)
        assert len(told) < 2_500


def test_what_the_store_writes_is_told_without_a_gap(tmp_path: Path) -> None:
    clock = ReplayClock(NOON)
    store = a_store(tmp_path / "console.db", clock)
    try:
        incident = tell(store, clock)
        entries = store.read(timeline.entries, incident).result()
    finally:
        store.close()
    english = [EN.entry(entry) for entry in entries]
    assert "Acknowledged (card): We look at the hinges" in english
    assert "Seen by Executive (desktop notification)" in english
    assert "The shop called" in english
    assert not [told for told in english if "—" in told or "None" in told]
