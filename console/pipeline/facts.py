"""Facts: the figures of a verdict as plain JSON values, from which every surface makes its own sentences."""

from typing import Any

from console.domain.reading import Estimate, Reading, Summary
from console.domain.rule import Breach, Rule


def facts_of(rule: Rule, reading: Reading, met: tuple[Breach, ...], summary: Summary | None) -> dict[str, Any]:
    """The figures an alert fires on. Instants are milliseconds; what is unknown is None."""
    facts: dict[str, Any] = {
        "rule": rule.id,
        "rule_version": rule.version,
        "kind": rule.kind.value,
        "level": rule.level.code,
        "subject": {"kind": reading.subject.kind.value, "id": reading.subject.id},
        "at": reading.at,
        "breaches": [{"measure": b.measure.value, "value": round(b.value, 3), "bound": b.bound} for b in met],
        **figures(reading, summary),
    }
    return facts


def figures(reading: Reading, summary: Summary | None) -> dict[str, Any]:
    """The part of the facts that is renewed while an incident goes on."""
    values: dict[str, Any] = {
        "at": reading.at,
        "negatives": {str(minutes): n for minutes, n in reading.negatives.items()},
        "posts": {str(minutes): n for minutes, n in reading.posts.items()},
        "expected_30": _rounded(reading.expected_30),
        "velocity": _estimate(reading.velocity),
        "share": _estimate(reading.share),
        "values": {measure.value: round(value, 3) for measure, value in reading.values.items()},
    }
    if summary is not None:
        values |= {
            "title": summary.title,
            "first_post_at": summary.first_post_at,
            "total": summary.total,
            "total_negative": summary.total_negative,
            "authors": summary.authors,
            "known_authors": summary.known_authors,
            "reach": summary.reach,
            "tier": int(summary.tier),
            "platforms": [list(pair) for pair in summary.platforms],
            "largest": None
            if summary.largest is None
            else {
                "author": summary.largest.author,
                "followers": summary.largest.followers,
                "mention": summary.largest.mention,
            },
            "evidence": list(summary.evidence),
            "spark": list(summary.spark),
        }
    return values


def _estimate(estimate: Estimate) -> list[float | None] | None:
    """``[value, low, high]``, or None when unknown."""
    if estimate.value is None:
        return None
    return [_rounded(estimate.value), _rounded(estimate.low), _rounded(estimate.high)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
