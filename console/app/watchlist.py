"""The commands that change and show what is watched: source, monitor and contact, for scripts."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.app import Call, plugins
from console.domain.clock import WallClock
from console.domain.errors import SettingRefused
from console.domain.escalation import (
    Contact,
    ContactId,
    Notification,
    NotificationId,
    NotificationState,
    Role,
    Why,
)
from console.domain.incident import IncidentId
from console.domain.monitor import Monitor, MonitorId
from console.domain.rule import Level
from console.services.desk import Desk
from console.store import coverage, mentions, watchlist
from console.store.database import Store
from console.wire import Wire
from console.words import UNKNOWN, line

BY = "command line"
"""Who signs what is changed from a script."""

_SHOWN = 5


def source(call: Call) -> int:
    """Add, list, test or remove a source."""
    with _store(call, changes=call.asked.act in ("add", "remove")) as (store, desk):
        rows = {row.name: row for row in store.read(watchlist.sources).result()}
        if call.asked.act == "list":
            now = WallClock().now()
            for state in store.read(coverage.states).result():
                heard = call.words.ago(now - state.last_heard_at) if state.last_heard_at else call.words.say("never")
                kind = call.words.source_kind(state.kind) if state.kind else "—"
                _row(state.name, kind, call.words.lamp(state.lamp), heard, call.words.reason(state.code))
            return 0
        if call.asked.act == "add":
            if call.asked.name in rows:
                raise SettingRefused("name_taken", name=call.asked.name)
            asyncio.run(
                desk.save_source(
                    call.asked.name, call.asked.kind, plugins.source_options(call.asked.kind, _given(call)), BY
                )
            )
            return 0
        row = rows.get(call.asked.name)
        if row is None:
            raise SettingRefused("no_such_source", name=call.asked.name)
        if call.asked.act == "remove":
            asyncio.run(desk.remove_source(row.name, BY))
            return 0
        for post in asyncio.run(plugins.sample_source(row.kind, row.options, Wire(WallClock()), WallClock())):
            _row(call.words.date_time(post.published_at), post.author, post.text)
        return 0


def monitor(call: Call) -> int:
    """Add, list, test or remove a monitor."""
    with _store(call, changes=call.asked.act in ("add", "remove")) as (store, desk):
        known = {one.title: one for one in store.read(watchlist.monitors).result()}
        if call.asked.act == "list":
            for one in known.values():
                _row(one.title, ", ".join(one.names), ", ".join(one.exclusions), ", ".join(one.handles))
            return 0
        if call.asked.act == "add":
            if call.asked.title in known:
                raise SettingRefused("name_taken", name=call.asked.title)
            new = Monitor(
                MonitorId(0),
                call.asked.title,
                _split(call.asked.names),
                _split(call.asked.exclude),
                _split(call.asked.handles),
                call.asked.only_at,
            )
            asyncio.run(desk.save_monitor(new, BY))
            return 0
        found = known.get(call.asked.title)
        if found is None:
            raise SettingRefused("no_such_monitor", name=call.asked.title)
        if call.asked.act == "remove":
            asyncio.run(desk.remove_monitor(found.id, BY))
            return 0
        for mention in store.read(mentions.sample_matching, found, _SHOWN).result():
            _row(call.words.date_time(mention.post.published_at), mention.post.author, mention.post.text)
        return 0


def contact(call: Call) -> int:
    """Add, list, test or remove a contact. The first person of a role takes the place of the unnamed one."""
    with _store(call, changes=call.asked.act in ("add", "remove")) as (store, desk):
        known = store.read(watchlist.contacts).result()
        if call.asked.act == "list":
            for one in known:
                _row(call.words.role(one.role), one.name or UNKNOWN, one.language or UNKNOWN)
            return 0
        if call.asked.act == "add":
            role = Role(call.asked.role)
            unnamed = next((one.id for one in known if one.role is role and not one.name), ContactId(0))
            asyncio.run(desk.save_contact(Contact(unnamed, call.asked.name, role, call.asked.contact_lang), BY))
            return 0
        found = next((one for one in known if one.name == call.asked.name), None)
        if found is None:
            raise SettingRefused("no_such_contact", name=call.asked.name)
        if call.asked.act == "remove":
            asyncio.run(desk.remove_contact(found.id, BY))
            return 0
        asyncio.run(_notify(call, found))
        return 0


async def _notify(call: Call, to: Contact) -> None:
    """Show a contact a harmless notification on this machine. Raises DeliveryDelayed or DeliveryRefused."""
    clock = WallClock()
    now = clock.now()
    facts = {"title": call.words.say("This is a test. Nothing happened."), "level": Level.NOTICE.code, "is_drill": True}
    notification = Notification(
        NotificationId(f"test-{now}"),
        IncidentId(0),
        to.id,
        to.role,
        Level.NOTICE,
        Why.NEW,
        NotificationState.PENDING,
        now,
        facts,
    )
    for notifier in plugins.notifiers(lambda: call.words, lambda _: None, clock):
        await notifier.send(notification, to)


def _row(*cells: str) -> None:
    """One line of an answer. What others wrote can neither move the cursor nor turn the writing round."""
    print("\t".join(line(cell) for cell in cells))


@contextmanager
def _store(call: Call, *, changes: bool) -> Iterator[tuple[Store, Desk]]:
    path = call.asked.store or call.home.store
    store = Store.open(path, read_only=not changes and path.exists())
    try:
        yield store, Desk(store, WallClock())
    finally:
        store.close()


def _given(call: Call) -> dict[str, Any]:
    """The options that were named, in the words of the source's kind; the others keep their own defaults."""
    asked = call.asked
    if asked.kind == "folder":
        given = {"path": str(Path(asked.where).absolute()), "platform": asked.platform, "interval": asked.every}
    else:
        private = asked.allow_private or None
        given = {"url": asked.where, "platform": asked.platform, "interval": asked.every, "allow_private": private}
    return {option: value for option, value in given.items() if value is not None}


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())
