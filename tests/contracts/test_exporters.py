"""What every exporter on the list must do, whatever it writes."""

import io
from datetime import UTC

import pytest

from console.domain.ports import Exporter
from console.exporters import EXPORTERS
from tests.helpers.builders import a_mention
from tests.helpers.reports import a_report

REPORTS = {
    "usual": a_report(),
    "drill": a_report(is_drill=True),
    "nothing heard": a_report([], counts=(), gaps=(), entries=(), alerts=(), notifications=()),
    "hostile": a_report(
        [
            a_mention(1, text="\ud800\x00<table>" * 9, author="\u202e", url="javascript:1"),
            a_mention(2, text="x" * 10**6),
        ],
        title="<img src=x>\x00\u202e",
        note="{0} %s\ud800",
        made_by="<b>\u2066",
    ),
    "chinese": a_report(language="zh_CN"),
}


@pytest.fixture(params=sorted(EXPORTERS))
def exporter(request: pytest.FixtureRequest) -> Exporter:
    return EXPORTERS[request.param](UTC)


def written(exporter: Exporter, report: str) -> bytes:
    out = io.BytesIO()
    exporter.write(REPORTS[report], out)
    assert not out.closed
    return out.getvalue()


def test_it_stands_in_the_list_under_its_suffix() -> None:
    assert {name: make(None).suffix for name, make in EXPORTERS.items()} == {name: name for name in EXPORTERS}


@pytest.mark.parametrize("report", REPORTS)
def test_it_writes_every_report_and_always_the_same(exporter: Exporter, report: str) -> None:
    first = written(exporter, report)
    assert first == written(exporter, report)
    assert first.decode("utf-8")
    assert b"\0" not in first


def test_it_says_who_took_the_incident_and_who_was_told(exporter: Exporter) -> None:
    text = written(exporter, "usual").decode()
    assert "Officer B" in text
    assert "The Boss" in text


def test_it_anchors_the_chain(exporter: Exporter) -> None:
    text = written(exporter, "usual").decode()
    assert REPORTS["usual"].head[1] in text
    assert REPORTS["usual"].entries[-1].hash in text
