"""JSON: the incident with every row behind it, the chain of its entries, and a digest over all."""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, BinaryIO

from console import __version__
from console.domain.ports import Report
from console.domain.rule import Level
from console.domain.sealing import entry_row, sealed_document, written
from console.exporters._story import text_digest


class JsonFile:
    """Writes a report as JSON. Times are milliseconds since 1970-01-01T00:00:00Z, every row has its id in the store."""

    suffix = "json"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the whole document, in the one form that ``verify`` accepts."""
        out.write(written(sealed_document(content(report))))


def content(report: Report) -> dict[str, Any]:
    """The report as plain JSON values."""
    return {
        "program": f"crisis-console {__version__}",
        "times": "milliseconds since 1970-01-01T00:00:00Z",
        "digest_of": "SHA-256 of all but the digest as UTF-8 JSON with sorted keys and no blanks",
        "as_of": report.as_of,
        "made_at": report.made_at,
        "made_by": report.made_by,
        "language": report.language,
        "store": report.store_id,
        "head": {"seq": report.head[0], "hash": report.head[1]},
        "incident": _plain(report.incident),
        "alerts": _plain(report.alerts),
        "entries": [entry_row(entry) for entry in report.entries],
        "mentions": [{**_plain(m), "text_sha256": text_digest(m)} for m in report.mentions],
        "minute_counts": _plain(report.counts),
        "gaps": _plain(report.gaps),
        "notifications": [{**_plain(note), "to": _plain(contact)} for note, contact in report.notifications],
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Level):
        return value.code
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value
