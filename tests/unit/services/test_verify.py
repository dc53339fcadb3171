"""Verify is satisfied by what is sound, and names what is not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.clock import MINUTE, ReplayClock
from console.domain.errors import SettingRefused
from console.domain.incident import IncidentId
from console.exporters import EXPORTERS
from console.services.report import export
from console.services.verify import Verification, verify
from console.store import mentions
from console.store.database import Store
from tests.helpers.builders import NOON, a_scored_post, a_store
from tests.helpers.story import tell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed store with the whole story in it, and some posts besides."""
    path = tmp_path / "console.db"
    clock = ReplayClock(NOON)
    store = a_store(path, clock)
    tell(store, clock)
    store.write(mentions.add, [a_scored_post(None, monitors=(1, 2)) for _ in range(5)]).result()
    store.close()
    return path


def tampered(path: Path, *statements: str) -> Verification:
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return verify(path)


def codes(found: Verification) -> list[str]:
    return [fault.code for fault in found.faults]


def test_a_store_is_sound_and_counted(path: Path) -> None:
    found = verify(path)
    assert found.is_sound
    assert found.what == "store"
    assert found.counted["mentions"] == 65
    assert found.counted["incidents"] == 1
    assert found.counted["entries"] > 8


def test_a_store_is_checked_while_it_is_in_use(path: Path) -> None:
    store = Store.open(path)
    try:
        assert verify(path).is_sound
    finally:
        store.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET actor = 'somebody else' WHERE seq = 5",
        "UPDATE entry SET facts = replace(facts, '{', '{\"a\":1,') WHERE seq = 5",
        "UPDATE entry SET facts = 'not json' WHERE seq = 5",
        "UPDATE entry SET kind = 'nonsense' WHERE seq = 5",
        "UPDATE entry SET happened_at = happened_at + 1 WHERE seq = 5",
        "UPDATE entry SET incident = NULL WHERE seq = 5",
        "DELETE FROM entry WHERE seq = 5",
    ],
)
def test_a_changed_entry_is_named(path: Path, change: str) -> None:
    found = tampered(path, change)
    assert codes(found) == ["entry_broken"]
    assert found.faults[0].fields["seq"] == 5


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE minute_count SET negative = negative + 1 WHERE rowid = (SELECT min(rowid) FROM minute_count)",
        "DELETE FROM minute_count WHERE subject_kind = 'monitor' AND subject = '2'",
        "INSERT INTO minute_count VALUES ('conversation', 'made up', 60000, 'weibo', 1, 1, 0)",
    ],
)
def test_counts_that_are_not_the_rows_are_found(path: Path, change: str) -> None:
    change = change.replace("rowid = (SELECT min(rowid) FROM minute_count)", "subject = 'root' AND platform = 'forum'")
    assert codes(tampered(path, change)) == ["counts_differ"]


def test_a_relabelled_mention_is_found_wherever_its_label_was_copied(path: Path) -> None:
    found = tampered(path, "UPDATE mention SET label = 'neutral' WHERE id = 1")
    assert codes(found) == ["counts_differ", "labels_differ"]


def test_a_row_whose_parent_is_gone_is_found(path: Path) -> None:
    assert "rows_orphaned" in codes(tampered(path, "DELETE FROM notification"))


def test_a_damaged_file_is_found(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for page in range(4, 40, 3):
        raw[page * 4096 : page * 4096 + 4096] = b"\xaa" * 4096
    path.write_bytes(raw)
    found = verify(path)
    assert not found.is_sound
    assert set(codes(found)) <= {"store_corrupt", "store_damaged", "counts_differ", "rows_orphaned", "entry_broken"}


def exported(path: Path, form: str) -> Path:
    store = Store.open(path)
    try:
        at = NOON + 120 * MINUTE
        maker = EXPORTERS[form](None)
        return export(store, IncidentId(1), maker, path.parent, language="en", at=at, by="Officer B")[0]
    finally:
        store.close()


def test_an_export_in_json_is_checked_by_itself(path: Path) -> None:
    file = exported(path, "json")
    assert verify(file) == Verification("json", ())
    file.write_bytes(file.read_bytes().replace(b"We look at the hinges", b"We look at the hingez"))
    assert codes(verify(file))[0] == "entry_broken"


def test_a_page_is_checked_by_the_digest_beside_it(path: Path) -> None:
    file = exported(path, "html")
    assert verify(file) == Verification("file", ())
    file.write_bytes(file.read_bytes().replace(b"hinges", b"hingez"))
    assert codes(verify(file)) == ["file_differs"]


def test_a_page_alone_cannot_be_checked(path: Path) -> None:
    file = exported(path, "html")
    file.with_name(file.name + ".sha256").unlink()
    with pytest.raises(SettingRefused) as refused:
        verify(file)
    assert refused.value.code == "nothing_to_check_against"


def test_an_empty_digest_satisfies_nobody(path: Path) -> None:
    file = exported(path, "html")
    file.with_name(file.name + ".sha256").write_text("")
    assert codes(verify(file)) == ["file_differs"]


@pytest.mark.parametrize("name", ["absent", "."])
def test_what_cannot_be_read_is_refused(path: Path, name: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        verify(path.parent / name)
    assert refused.value.code == "file_unreadable"
