"""Report: gather an incident from the store, write it as a file, and record in its timeline that this was done."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Final

from console.domain.clock import MINUTE, Instant
from console.domain.conversation import Subject, SubjectKind
from console.domain.errors import SettingRefused
from console.domain.escalation import Contact
from console.domain.incident import Alert, Incident, IncidentId
from console.domain.mention import ConversationId, Mention, MentionId
from console.domain.monitor import MonitorId
from console.domain.ports import Exporter, MinuteCount, Report
from console.domain.timeline import EntryKind
from console.store import conversations, coverage, incidents, mentions, notifications, outbox, timeline
from console.store.connection import Db, Tx
from console.store.database import Store

_PAGE: Final = 5_000
_END_OF_TIME: Final[Instant] = 2**53


def gather(db: Db, incident: IncidentId, *, at: Instant, by: str, language: str, store_id: str) -> Report:
    """An incident and all that the store holds of it, from one unchanging view; SettingRefused where there is none."""
    found = incidents.one(db, incident)
    if found is None:
        raise SettingRefused("no_such_incident", incident=incident)
    as_of = mentions.newest_arrival(db) if found.is_replay else None
    as_of = at if as_of is None else as_of
    alerts = incidents.alerts_of(db, incident)
    told = notifications.of_incident(db, incident)
    carried = conversations.of_incident(db, incident)
    subjects = [Subject(SubjectKind.CONVERSATION, one) for one in carried]
    since = 0
    if found.subject.kind is SubjectKind.MONITOR:
        subjects, since = [found.subject], found.first_post_at - found.first_post_at % MINUTE
    until = _END_OF_TIME if carried else as_of - as_of % MINUTE + MINUTE
    counts = mentions.counts_by_minute(db, subjects, since, until)
    ended = as_of if found.is_firing else _ended(found, alerts, counts)
    return Report(
        incident=found,
        alerts=tuple(alerts),
        entries=tuple(timeline.entries(db, incident)),
        mentions=tuple(_mentions(db, found, carried, until)),
        counts=tuple(counts),
        gaps=tuple(coverage.gaps(db, found.first_post_at, ended)),
        notifications=tuple((note, Contact(note.contact, outbox.about(db, note)["name"], note.role)) for note in told),
        head=timeline.head(db),
        as_of=as_of,
        made_at=at,
        made_by=by,
        language=language,
        store_id=store_id,
    )


def export(
    store: Store,
    incident: IncidentId,
    exporter: Exporter,
    directory: Path,
    *,
    language: str,
    at: Instant,
    by: str,
    force: bool = False,
) -> list[Path]:
    """Write ``incident-N.SUFFIX`` into ``directory``, whole or not at all; record its digest; what was written.

    Every format but JSON, which seals itself, gets its SHA-256 in a file beside it. A name that exists is refused
    unless ``force``. It blocks: never call it on an event loop or the screen's thread. Raises SettingRefused.
    """
    report = store.read(gather, incident, at=at, by=by, language=language, store_id=store.id).result()
    name = f"incident-{incident}.{exporter.suffix}"
    beside = "" if exporter.suffix == "json" else f"{name}.sha256"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for taken in (name, beside):
            if taken and not force and (directory / taken).exists():
                raise SettingRefused("file_exists", path=str(directory / taken))
        digest = _put(directory / name, lambda out: exporter.write(report, out), force=force)
        written = [directory / name]
        if beside:
            line = f"{digest}  {name}\n".encode()
            _put(directory / beside, lambda out: out.write(line), force=force)
            written.append(directory / beside)
    except OSError as error:
        raise SettingRefused("folder_unusable", path=str(directory), reason=error.strerror or "") from error
    store.write(_record, incident, by, {"format": exporter.suffix, "name": name, "sha256": digest}).result()
    return written


def _record(tx: Tx, incident: IncidentId, by: str, facts: dict[str, str]) -> None:
    timeline.append(tx, incident, EntryKind.EXPORTED, tx.now(), tx.now(), by, dict(facts))


def _ended(incident: Incident, alerts: Iterable[Alert], counts: Iterable[MinuteCount]) -> Instant:
    """When there was nothing more to hear of it."""
    cleared = [alert.cleared_at for alert in alerts if alert.cleared_at is not None]
    return max([incident.opened_at, *cleared, *(count.minute for count in counts)]) + MINUTE


def _mentions(db: Db, incident: Incident, carried: list[ConversationId], until: Instant) -> Iterable[Mention]:
    """All mentions of its conversations, or of its monitor since its first post, by id."""
    monitor = None
    if incident.subject.kind is SubjectKind.MONITOR:
        monitor = MonitorId(int(incident.subject.id))
    elif not carried:
        return
    after: MentionId | None = None
    while True:
        page = mentions.latest(
            db,
            limit=_PAGE,
            after=after,
            monitor=monitor,
            conversations=None if monitor else carried,
            since=None if monitor is None else incident.first_post_at - incident.first_post_at % MINUTE,
            until=None if monitor is None else until,
            oldest_first=True,
        )
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _put(path: Path, write: Callable[[BinaryIO], object], *, force: bool) -> str:
    """Write a file beside its place and move it there in one step, so that it is whole or absent; its SHA-256."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w+b") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
            out.seek(0)
            digest = hashlib.file_digest(out, "sha256").hexdigest()
        beside.chmod(0o644)
        if not force and path.exists():
            raise SettingRefused("file_exists", path=str(path))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return digest
