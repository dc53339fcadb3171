"""The bundled drill through the real path with the real scorer: it fires what a viewer is promised, nothing else."""

import asyncio
from pathlib import Path

import pytest

from console.domain.clock import MINUTE, ReplayClock
from console.domain.escalation import Role
from console.domain.incident import AlertId
from console.domain.rule import Level
from console.pipeline.scoring import Scoring
from console.scorers import SCORERS
from console.services import drill as drills
from console.services.engine import Engine, Run
from console.sources.replay import Replay
from console.store import conversations, incidents, mentions, watchlist
from console.store.database import Store


@pytest.mark.timeout(180)
def test_the_real_scorer_hears_the_anger_and_the_alerts_fire_in_time(tmp_path: Path) -> None:
    drill = drills.load()
    source = Replay([drill.records])
    clock = ReplayClock(source.first_at)
    store = Store.open(tmp_path / "console.db", durable=False, clock=clock)
    try:
        store.write(drills.prepare, drill, "zh_CN", source.first_at).result()
        masks = store.read(watchlist.masks).result()
        engine = Engine(
            store,
            clock,
            Scoring(SCORERS["snow"], {"masks": masks}, workers=1),
            extra=[source],
            run=Run(recorded=True, ends=True, is_drill=True),
        )
        asyncio.run(engine.run())
        alerts = store.read(incidents.fired_after, AlertId(0)).result()
        told = store.read(incidents.told, [alert.id for alert in alerts]).result()
        worst = store.read(drills.gravest).result()
        assert worst is not None
        summary = store.read(conversations.summary, worst.subject, clock.now()).result()
        newest = store.read(mentions.newest_arrival).result()
    finally:
        store.close()
    assert summary is not None
    assert engine.progress.stored == source.count
    assert engine.progress.unmatched == 0
    assert worst.level is Level.CRITICAL
    assert worst.is_drill
    on_worst = {str(alert.rule): alert for alert in alerts if alert.subject == worst.subject}
    critical = on_worst["critical"]
    assert critical.fired_at is not None
    # A viewer sees it within a minute: what is left of it after the start goes by at the quiet pace.
    assert drill.live_from < critical.fired_at
    assert (critical.fired_at - drill.live_from) / 1000 / drill.pace.quiet < 40
    assert told[critical.id].keys() == {Role.DUTY, Role.EXECUTIVE}
    watch = on_worst["watch"]
    assert watch.fired_at is not None
    assert watch.fired_at < critical.fired_at
    assert {"watch", "escalate", "critical", "big_account"} <= on_worst.keys()
    # A prize draw spreads faster and wakes nobody; the late parcels are a matter of their own for the officer alone.
    executive = {alert.subject for alert in alerts if Role.EXECUTIVE in told[alert.id]}
    assert executive == {worst.subject}
    assert {alert.subject.id for alert in alerts} == {"lj-root", "lj-late"}
    assert {platform for platform, _ in summary.platforms} >= {"weibo", "forum", "blog", "portal"}
    assert 0 < summary.known_authors < summary.authors
    assert newest is not None
    assert newest - critical.fired_at > 60 * MINUTE
