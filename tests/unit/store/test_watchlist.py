"""What is watched, by which rules, and who is told: every version is kept, dated and signed."""

from dataclasses import replace

import pytest

from console.domain.clock import MINUTE
from console.domain.errors import NotAllowed
from console.domain.escalation import SHIPPED_POLICIES, Contact, ContactId, Policy, Role, Step
from console.domain.monitor import MonitorId
from console.domain.reading import Measure
from console.domain.rule import SHIPPED_RULES, Level, with_bound
from console.domain.timeline import EntryKind
from console.store import coverage, timeline, watchlist
from console.store.database import Store
from console.store.watchlist import EVERYTHING, SourceRow
from tests.helpers.builders import NOON, a_monitor, a_post, a_rule


def changes(store: Store) -> list[tuple[object, ...]]:
    entries = store.read(timeline.entries).result()
    return [(e.facts["what"], e.facts["act"], e.facts["name"]) for e in entries if e.kind is EntryKind.WATCH_CHANGED]


def test_a_new_store_has_the_shipped_rules_and_policies_two_nameless_people_and_no_monitor(store: Store) -> None:
    assert {rule.id: rule for rule in store.read(watchlist.rules).result()} == {r.id: r for r in SHIPPED_RULES}
    assert tuple(store.read(watchlist.policies).result()) == SHIPPED_POLICIES
    assert store.read(watchlist.contacts).result() == [
        Contact(ContactId(1), "", Role.DUTY),
        Contact(ContactId(2), "", Role.EXECUTIVE),
    ]
    assert store.read(watchlist.monitors).result() == []
    assert store.read(watchlist.sources).result() == []
    assert store.read(timeline.entries).result() == []


def test_without_a_monitor_everything_is_watched() -> None:
    assert EVERYTHING.matches(a_post(text="whatever"))


def test_monitors_are_numbered_changed_and_removed(store: Store) -> None:
    monitor = a_monitor(0, names=("北极光", "Borealis"), exclusions=("招聘",), handles=("@borealis",), only_at=True)
    number = store.write(watchlist.save_monitor, monitor, "Lin", NOON).result()
    other = store.write(watchlist.save_monitor, a_monitor(0, title="Second"), "Lin", NOON).result()
    assert (number, other) == (1, 2)
    changed = replace(monitor, id=number, title="北极光")
    assert store.write(watchlist.save_monitor, changed, "Wu", NOON + MINUTE).result() == 1
    store.write(watchlist.remove_monitor, other, "Wu", NOON + MINUTE).result()
    assert store.read(watchlist.monitors).result() == [changed]
    versions = store.read(
        lambda db: [tuple(row) for row in db.rows("SELECT id, version, title, is_removed, changed_by FROM monitor")]
    )
    assert versions.result() == [
        (1, 1, "Borealis", 0, "Lin"),
        (1, 2, "北极光", 0, "Wu"),
        (2, 1, "Second", 0, "Lin"),
        (2, 2, "Second", 1, "Wu"),
    ]
    assert changes(store) == [
        ("monitor", "added", "Borealis"),
        ("monitor", "added", "Second"),
        ("monitor", "changed", "北极光"),
        ("monitor", "removed", "Second"),
    ]
    assert store.write(watchlist.save_monitor, a_monitor(0, title="Third"), "Lin", NOON).result() == 3


def test_saving_what_stands_there_writes_nothing(store: Store) -> None:
    number = store.write(watchlist.save_monitor, a_monitor(0), "Lin", NOON).result()
    store.write(watchlist.save_monitor, a_monitor(number), "Wu", NOON + MINUTE).result()
    assert len(changes(store)) == 1


def test_what_is_not_there_cannot_be_removed(store: Store) -> None:
    with pytest.raises(NotAllowed):
        store.write(watchlist.remove_monitor, MonitorId(7), "Lin", NOON).result()
    with pytest.raises(NotAllowed):
        store.write(watchlist.remove_source, "feed", "Lin", NOON).result()


def test_a_source_is_switched_off_removed_and_comes_back(store: Store) -> None:
    options = {"url": "https://example.org/feed", "every": 60}
    store.write(watchlist.save_source, "feed", "feed", options, "Lin", NOON).result()
    assert store.read(watchlist.sources).result() == [SourceRow("feed", "feed", options)]
    store.write(watchlist.save_source, "feed", "feed", options, "Lin", NOON, is_enabled=False).result()
    assert store.read(coverage.states).result()[0].is_enabled is False
    store.write(watchlist.remove_source, "feed", "Lin", NOON).result()
    assert store.read(watchlist.sources).result() == []
    assert store.read(coverage.states).result() == []
    store.write(watchlist.save_source, "feed", "feed", options, "Lin", NOON).result()
    assert [act for _, act, _ in changes(store)] == ["added", "changed", "removed", "added"]


def test_a_name_is_given_to_a_role(store: Store) -> None:
    store.write(watchlist.save_contact, Contact(ContactId(2), "周", Role.EXECUTIVE, "zh_CN"), "Lin", NOON).result()
    deputy = store.write(watchlist.save_contact, Contact(ContactId(0), "吴", Role.DEPUTY), "Lin", NOON).result()
    assert store.read(watchlist.contacts).result() == [
        Contact(ContactId(1), "", Role.DUTY),
        Contact(ContactId(2), "周", Role.EXECUTIVE, "zh_CN"),
        Contact(deputy, "吴", Role.DEPUTY),
    ]
    store.write(watchlist.remove_contact, deputy, "Lin", NOON).result()
    assert len(store.read(watchlist.contacts).result()) == 2


def test_somebody_stays_tellable(store: Store) -> None:
    with pytest.raises(NotAllowed) as caught:
        store.write(watchlist.remove_contact, ContactId(2), "Lin", NOON).result()
    assert caught.value.fields["role"] == "executive"
    with pytest.raises(NotAllowed):
        store.write(watchlist.save_contact, Contact(ContactId(1), "Lin", Role.DEPUTY), "Lin", NOON).result()
    store.write(watchlist.save_contact, Contact(ContactId(0), "Wu", Role.DUTY), "Lin", NOON).result()
    store.write(watchlist.save_contact, Contact(ContactId(1), "Lin", Role.DEPUTY), "Lin", NOON).result()
    assert [contact.role for contact in store.read(watchlist.contacts).result()] == [
        Role.DEPUTY,
        Role.EXECUTIVE,
        Role.DUTY,
    ]


def test_a_changed_bound_is_a_new_version_and_the_timeline_tells_both(store: Store) -> None:
    changed = with_bound(a_rule("watch"), Measure.BURST, 30.0, NOON, "Lin")
    written = store.write(watchlist.save_rule, changed, "Lin").result()
    assert (written.version, written.all_of[0].bound, written.changed_by) == (2, 30.0, "Lin")
    found = {rule.id: rule for rule in store.read(watchlist.rules).result()}
    assert found[written.id] == written
    assert len(found) == len(SHIPPED_RULES)
    (entry,) = store.read(timeline.entries).result()
    assert (entry.kind, entry.actor, entry.happened_at) == (EntryKind.RULE_CHANGED, "Lin", NOON)
    assert entry.facts == {
        "rule": "watch",
        "version": 2,
        "before": {"all_of": '[["burst", 24.0]]'},
        "after": {"all_of": '[["burst", 30.0]]'},
    }


def test_two_who_change_a_rule_at_once_both_stand_in_the_versions(store: Store) -> None:
    first = with_bound(a_rule("watch"), Measure.BURST, 30.0, NOON, "Lin")
    second = with_bound(a_rule("watch"), Measure.BURST, 20.0, NOON, "Wu")
    assert store.write(watchlist.save_rule, first, "Lin").result().version == 2
    assert store.write(watchlist.save_rule, second, "Wu").result().version == 3
    assert store.write(watchlist.save_rule, second, "Wu").result().version == 3


def test_a_rule_of_ones_own_is_kept_whole(store: Store) -> None:
    rule = a_rule(hold_for=3 * MINUTE, is_enabled=False, level=Level.NOTICE, changed_at=NOON, changed_by="Lin")
    assert store.write(watchlist.save_rule, rule, "Lin").result() == rule
    assert rule in store.read(watchlist.rules).result()


def test_a_policy_is_versioned_too(store: Store) -> None:
    policy = Policy(Level.WARNING, (Step(Role.EXECUTIVE), Step(Role.DUTY, MINUTE)), MINUTE)
    store.write(watchlist.save_policy, policy, "Lin", NOON).result()
    assert store.read(watchlist.policies).result()[Level.WARNING] == policy
    assert changes(store) == [("policy", "changed", "warning")]
