"""An incident is gathered from the store as it stands, written whole or not at all, and the timeline knows it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from console.domain.clock import MINUTE, ReplayClock
from console.domain.conversation import SubjectKind
from console.domain.errors import SettingRefused
from console.domain.escalation import Role
from console.domain.incident import IncidentId
from console.domain.mention import Label
from console.domain.ports import Report
from console.domain.timeline import EntryKind, first_broken_own
from console.exporters import EXPORTERS
from console.services.report import export, gather
from console.services.verify import verify
from console.store import incidents, mentions, timeline
from console.store.database import Store
from tests.helpers.builders import NOON, a_scored_post, a_store, a_subject, a_verdict
from tests.helpers.story import step, tell


@pytest.fixture
def clock() -> ReplayClock:
    return ReplayClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: ReplayClock) -> Iterator[Store]:
    store = a_store(tmp_path / "console.db", clock)
    yield store
    store.close()


def gathered(store: Store, incident: IncidentId) -> Report:
    at = NOON + 120 * MINUTE
    return store.read(gather, incident, at=at, by="Officer B", language="en", store_id=store.id).result()


def exported(
    store: Store, incident: IncidentId, folder: Path, form: str = "html", *, force: bool = False
) -> list[Path]:
    maker = EXPORTERS[form](None)
    return export(store, incident, maker, folder, language="en", at=NOON + 120 * MINUTE, by="Officer B", force=force)


def test_everything_of_the_incident_is_gathered(store: Store, clock: ReplayClock) -> None:
    incident = tell(store, clock)
    report = gathered(store, incident)
    assert len(report.mentions) == 60
    assert sum(c.total for c in report.counts) == 60
    negative = sum(m.sentiment.label is Label.NEGATIVE for m in report.mentions)
    assert sum(c.negative for c in report.counts) == negative
    assert [a.rule for a in report.alerts] == ["watch", "critical"]
    assert first_broken_own(report.entries) is None
    assert EntryKind.ACKNOWLEDGED in [e.kind for e in report.entries]
    assert [(g.source, g.since, g.until) for g in report.gaps] == [("board", NOON + 8 * MINUTE, NOON + 17 * MINUTE)]
    assert {c.role for _, c in report.notifications} == {Role.DUTY, Role.EXECUTIVE}
    assert report.head == store.read(timeline.head).result()


def test_another_conversation_is_not_part_of_it(store: Store, clock: ReplayClock) -> None:
    incident = tell(store, clock)
    other = [a_scored_post("elsewhere"), a_scored_post(None, root_id="elsewhere")]
    store.write(mentions.add, other).result()
    assert len(gathered(store, incident).mentions) == 60


def test_a_monitors_incident_begins_at_its_first_post(store: Store, clock: ReplayClock) -> None:
    loose = [a_scored_post(None, published_at=NOON + n * MINUTE) for n in range(-5, 20)]
    store.write(mentions.add, loose).result()
    step(clock, NOON + 20 * MINUTE)
    subject = a_subject("1", SubjectKind.MONITOR)
    store.write(incidents.raise_, [a_verdict("watch", subject, first_post_at=NOON)], clock.now()).result()
    (incident,) = store.read(incidents.list_).result()
    report = gathered(store, incident.id)
    assert len(report.mentions) == 20
    assert sum(c.total for c in report.counts) == 20


def test_a_silent_sources_incident_has_no_posts(store: Store, clock: ReplayClock) -> None:
    store.write(mentions.add, [a_scored_post()]).result()
    subject = a_subject("board", SubjectKind.SOURCE)
    store.write(incidents.raise_, [a_verdict("silent", subject)], clock.now()).result()
    (incident,) = store.read(incidents.list_).result()
    report = gathered(store, incident.id)
    assert (report.mentions, report.counts) == ((), ())


def test_an_incident_that_is_not_there_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SettingRefused) as refused:
        exported(store, IncidentId(9), tmp_path / "out")
    assert refused.value.code == "no_such_incident"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_the_file_is_sound_and_its_digest_stands_in_the_timeline(
    store: Store, clock: ReplayClock, tmp_path: Path, form: str
) -> None:
    incident = tell(store, clock)
    file, *beside = exported(store, incident, tmp_path / "deep" / "out", form)
    assert file.name == f"incident-{incident}.{form}"
    assert [path.name for path in beside] == ([] if form == "json" else [f"{file.name}.sha256"])
    assert verify(file).is_sound
    last = store.read(timeline.entries, incident).result()[-1]
    assert (last.kind, last.actor) == (EntryKind.EXPORTED, "Officer B")
    assert last.facts == {
        "format": form,
        "name": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    assert sorted(p.name for p in file.parent.iterdir()) == sorted(p.name for p in (file, *beside))


def test_the_acknowledgement_is_in_the_json_with_its_name(store: Store, clock: ReplayClock, tmp_path: Path) -> None:
    incident = tell(store, clock)
    (file,) = exported(store, incident, tmp_path, "json")
    entries = json.loads(file.read_text(encoding="utf-8"))["entries"]
    taken = next(e for e in entries if e["kind"] == "acknowledged")
    assert (taken["actor"], taken["facts"]["via"]) == ("Officer B", "card")


def test_an_existing_name_is_refused_unless_forced(store: Store, clock: ReplayClock, tmp_path: Path) -> None:
    incident = tell(store, clock)
    (tmp_path / "incident-1.html").write_text("mine")
    with pytest.raises(SettingRefused) as refused:
        exported(store, incident, tmp_path)
    assert refused.value.code == "file_exists"
    assert (tmp_path / "incident-1.html").read_text() == "mine"
    assert EntryKind.EXPORTED not in [e.kind for e in store.read(timeline.entries, incident).result()]
    assert verify(exported(store, incident, tmp_path, force=True)[0]).is_sound


def test_an_existing_digest_is_not_overwritten_either(store: Store, clock: ReplayClock, tmp_path: Path) -> None:
    incident = tell(store, clock)
    (tmp_path / "incident-1.html.sha256").write_text("mine")
    with pytest.raises(SettingRefused):
        exported(store, incident, tmp_path)
    assert not (tmp_path / "incident-1.html").exists()


def test_a_folder_that_cannot_be_made_is_refused(store: Store, clock: ReplayClock, tmp_path: Path) -> None:
    incident = tell(store, clock)
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingRefused) as refused:
        exported(store, incident, tmp_path / "file" / "out")
    assert refused.value.code == "folder_unusable"


class Broken:
    suffix = "html"

    def write(self, report: Report, out: BinaryIO) -> None:
        out.write(b"half")
        raise RuntimeError("out of ink")


def test_half_a_document_is_never_left_behind(store: Store, clock: ReplayClock, tmp_path: Path) -> None:
    incident = tell(store, clock)
    with pytest.raises(RuntimeError, match="out of ink"):
        export(store, incident, Broken(), tmp_path / "out", language="en", at=NOON, by="Officer B")
    assert list((tmp_path / "out").iterdir()) == []
    assert EntryKind.EXPORTED not in [e.kind for e in store.read(timeline.entries, incident).result()]
