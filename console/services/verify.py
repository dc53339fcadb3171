"""Verify: whether a store or an export is as it was written, and if not, what broke."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from console.domain.errors import SettingRefused, StoreLost
from console.domain.sealing import Fault, faults
from console.store.audit import audit
from console.store.database import Store

_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at (``store``, ``json`` or ``file``), what was counted in it, and what does not hold."""

    what: str
    faults: tuple[Fault, ...]
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def verify(path: Path) -> Verification:
    """Check a store (file, chain, counts by minute), a JSON export (chain, digest, form) or a file by its ``.sha256``.

    Raises SettingRefused for what cannot be read, or has nothing to be checked against.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_SQLITE))
    except OSError as error:
        raise SettingRefused("file_unreadable", path=str(path), reason=error.strerror or "") from error
    if beginning == _SQLITE:
        return _store(path)
    recorded = path.with_name(path.name + ".sha256")
    if recorded.is_file():
        return _file(path, recorded)
    if path.suffix == ".json" or beginning.lstrip().startswith(b"{"):
        return Verification("json", tuple(faults(path.read_bytes())))
    raise SettingRefused("nothing_to_check_against", path=str(path), beside=recorded.name)


def _store(path: Path) -> Verification:
    try:
        store = Store.open(path, read_only=True)
        try:
            found = store.read(audit).result()
        finally:
            store.close()
    except StoreLost as error:
        return Verification("store", (Fault(error.code, error.fields),))
    return Verification("store", found.faults, found.counted)


def _file(path: Path, recorded: Path) -> Verification:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    said = recorded.read_text(encoding="utf-8", errors="replace").split()
    if not said or said[0].lower() != digest:
        return Verification("file", (Fault("file_differs", {"digest": digest}),))
    return Verification("file", ())
