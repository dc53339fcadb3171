"""Sealing: how an export of one incident is written so that a changed byte shows, and which entry it broke."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from console.domain.timeline import GENESIS, Entry, EntryKind, canonical, digest, entry_hash

SCHEMA: Final = "crisis-console/incident/1"

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SEQ = re.compile(rb'"seq":(\d+)')


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold. ``code`` names the sentence, ``fields`` fill it."""

    code: str
    fields: dict[str, Any] = field(default_factory=dict)


def sealed_document(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its schema and the digest over the canonical form of all of it."""
    whole = {**content, "schema": SCHEMA}
    return {**whole, "digest": digest(whole)}


def written(document: Mapping[str, Any]) -> bytes:
    """The document's one form as a file: canonical JSON, each row of a list on a line of its own."""
    parts = []
    for key, value in sorted(document.items()):
        if isinstance(value, list) and value:
            rows = ",\n".join(canonical(row) for row in value)
            parts.append(f"{canonical(key)}:[\n{rows}\n]")
        else:
            parts.append(f"{canonical(key)}:{canonical(value)}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    return _LONE_SURROGATE.sub(lambda c: f"\\u{ord(c.group()):04x}", text).encode()


def entry_row(entry: Entry) -> dict[str, Any]:
    """An entry as it stands in an export."""
    row = {f.name: getattr(entry, f.name) for f in fields(Entry)}
    return {**row, "kind": entry.kind.value, "facts": dict(entry.facts)}


def faults(raw: bytes) -> list[Fault]:
    """What is wrong with an export as it lies there; empty when it is as it was written.

    ``not_json``, ``not_an_export``, ``entry_broken`` (with its number and its place among the entries),
    ``digest_differs``, ``form_differs``.
    """
    try:
        document = json.loads(raw.decode())
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            return [Fault("not_an_export")]
        return _faults(document, raw)
    except RecursionError:
        return [Fault("not_json", {"line": 1})]
    except ValueError as error:
        return [_on_line(raw, len(raw[: _position(error)].split(b"\n")), "not_json")]


def _faults(document: dict[str, Any], raw: bytes) -> list[Fault]:
    found = []
    broken = _broken_entry(document.get("entries"))
    if broken is not None:
        found.append(Fault("entry_broken", broken))
    rest = {key: value for key, value in document.items() if key != "digest"}
    if _digest(rest) != document.get("digest"):
        found.append(Fault("digest_differs"))
    if not found and (form := written(document)) != raw:
        pairs = zip(raw.split(b"\n"), form.split(b"\n"), strict=False)
        line = next((number for number, (is_, was) in enumerate(pairs, start=1) if is_ != was), 1)
        found.append(_on_line(raw, line, "form_differs"))
    return found


def _digest(rest: dict[str, Any]) -> str | None:
    try:
        return digest(rest)
    except ValueError:  # a number that JSON cannot hold
        return None


def _on_line(raw: bytes, line: int, code: str) -> Fault:
    place = _entry_at(raw, line)
    return Fault(code, {"line": line}) if place is None else Fault("entry_broken", place)


def _broken_entry(rows: Any) -> dict[str, Any] | None:
    if not isinstance(rows, list):
        return {"seq": None, "place": 1}
    previous = GENESIS
    for place, row in enumerate(rows, start=1):
        try:
            entry = Entry(**{**row, "kind": EntryKind(row["kind"])})
            is_sound = entry.previous_own == previous and entry_hash(entry) == entry.hash
        except (TypeError, ValueError, KeyError):
            is_sound = False
        if not is_sound:
            return {"seq": row.get("seq") if isinstance(row, dict) else None, "place": place}
        previous = row["hash"]
    return None


def _position(error: Exception) -> int:
    if isinstance(error, UnicodeDecodeError):
        return error.start
    if isinstance(error, json.JSONDecodeError):
        return len(error.doc[: error.pos].encode())
    return 0


def _entry_at(raw: bytes, line: int) -> dict[str, Any] | None:
    """The entry that stands on a line of a file that no longer parses."""
    lines = raw.split(b"\n")
    first = next((number for number, text in enumerate(lines, start=2) if text.endswith(b'"entries":[')), None)
    if first is None or not first <= line <= len(lines):
        return None
    if b"]," in (text.strip() for text in lines[first - 1 : line]):
        return None
    seq = _SEQ.search(lines[line - 1])
    return {"seq": int(seq.group(1)) if seq else None, "place": line - first + 1}
