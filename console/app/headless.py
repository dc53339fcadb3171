"""The commands that need no screen: run, replay, import, score, export, verify."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict

from console.app import Call, plugins
from console.app.runtime import Runtime
from console.domain.clock import ReplayClock, WallClock
from console.domain.errors import SettingRefused
from console.domain.incident import IncidentId
from console.pipeline.score_file import score_file
from console.pipeline.scoring import Scoring
from console.services import report as reports
from console.services.engine import Engine, Run
from console.services.outcome import outcome
from console.services.verify import verify as check
from console.store import incidents, mentions, rejects, watchlist
from console.store.database import Store
from console.words import Words, line


def replay(call: Call) -> int:
    """Play recorded streams through the whole path; write what happened."""
    speed = _speed(call.asked.speed)
    source = plugins.replay_source(call.asked.files, call.asked.batch)
    clock = ReplayClock(source.first_at, speed)
    store = Store.open(call.asked.store, durable=speed is not None, clock=clock)
    try:
        # Time never goes back: a store that has heard some of it goes on where it stopped.
        clock.skip_to(store.read(mentions.newest_arrival).result() or source.first_at)
        before = store.read(incidents.newest_alert).result()
        refused = store.read(rejects.newest).result()
        run = Run(recorded=True, ends=True, trust_sentiment=call.asked.trust_sentiment, is_replay=True)
        engine = Engine(
            store, clock, _scoring(store, call.asked.workers or call.settings.workers), extra=[source], run=run
        )
        _play(engine, source.count)
        _tell_rejected(call, store, refused)
        answer = json.dumps(store.read(outcome, before, engine.progress).result(), ensure_ascii=False, indent=1)
    finally:
        store.close()
    if call.asked.json is None:
        print(answer)
    else:
        call.asked.json.write_text(answer + "\n", encoding="utf-8")
    return 0


def take_in(call: Call) -> int:
    """Read files of posts into a store. What breaks a rule is told when a desk next opens that store."""
    clock = WallClock()
    store = Store.open(call.asked.store, clock=clock)
    try:
        refused = store.read(rejects.newest).result()
        sources = [plugins.file_source(path, clock) for path in call.asked.files]
        engine = Engine(store, clock, _scoring(store, call.settings.workers), extra=sources, run=Run(ends=True))
        _play(engine, None)
        _tell_rejected(call, store, refused)
        print(json.dumps({key: asdict(engine.progress)[key] for key in _COUNTS}))
    finally:
        store.close()
    return 0


def watch(call: Call) -> int:
    """The engine without a screen, until interrupted."""
    store = Store.open(call.asked.store or call.home.store)

    async def run() -> None:
        engine = Runtime(store, WallClock(), call.settings, lambda: call.words).engine
        for ending in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(ending, engine.stop)
        await engine.run()

    try:
        if store.recovered is not None:
            print(call.words.say("The store was damaged. The newest good backup is in its place."), file=sys.stderr)
        asyncio.run(run())
    finally:
        store.close()
    return 0


def score(call: Call) -> int:
    """Score the texts of a CSV file."""
    scoring = Scoring(
        plugins.scorer("stock" if call.asked.stock else "snow"),
        workers=call.asked.workers or call.settings.workers or None,
    )

    async def run() -> None:
        try:
            await score_file(
                call.asked.file,
                call.asked.text_column,
                call.asked.output,
                scoring,
                stock=call.asked.stock,
                tell=_counting(None),
            )
        finally:
            await scoring.stop()

    asyncio.run(run())
    return 0


def export(call: Call) -> int:
    """Write an incident's timeline; prints the files written."""
    store = Store.open(call.asked.store)
    try:
        written = reports.export(
            store,
            IncidentId(call.asked.incident),
            plugins.exporter(call.asked.format),
            call.asked.output,
            language=call.asked.report_lang or call.words.language,
            at=WallClock().now(),
            by=call.words.say("command line"),
            force=call.asked.force,
        )
    finally:
        store.close()
    for path in written:
        print(path)
    return 0


def verify(call: Call) -> int:
    """Check a store or an export; says what holds, and names what does not."""
    found = check(call.asked.file)
    for fault in found.faults:
        print(call.words.fault(fault), file=sys.stderr)
    if found.is_sound:
        sound = call.words.say("Sound: {path}", path=call.asked.file)
        if found.counted:
            sound = call.words.say("{what} ({counted})", what=sound, counted=_counted(call.words, found.counted))
        print(sound)
    return 0 if found.is_sound else 1


_NAMED = 20
_COUNTS = ("read", "stored", "duplicates", "rejected", "negative", "unmatched")


def _counted(words: Words, counted: Mapping[str, int]) -> str:
    return words.listed(
        [
            words.count("{n} entry", "{n} entries", counted["entries"]),
            words.count("{n} mention", "{n} mentions", counted["mentions"]),
            words.count("{n} incident", "{n} incidents", counted["incidents"]),
            words.count("{n} alert", "{n} alerts", counted["alerts"]),
        ]
    )


def _scoring(store: Store, workers: int) -> Scoring:
    return Scoring(plugins.scorer("snow"), {"masks": store.read(watchlist.masks).result()}, workers=workers or None)


def _tell_rejected(call: Call, store: Store, before: int) -> None:
    """Name what was rejected, with its place and the reason: the first of it, and how many more there are."""
    found = store.read(rejects.after, before, _NAMED).result()
    for one in found:
        print(f"{line(one.place)}\t{call.words.reason(one.code)}\t{line(one.sample)}", file=sys.stderr)
    more = store.read(rejects.newest).result() - before - len(found)
    if more > 0:
        print(call.words.count("and {n} more was rejected", "and {n} more were rejected", more), file=sys.stderr)


def _play(engine: Engine, total: int | None) -> None:
    """Run an engine to the end of its records, with a bar on a terminal."""
    tell = _counting(total)

    async def run() -> None:
        done = asyncio.Event()

        async def show() -> None:
            while not done.is_set():
                tell(engine.progress.read)
                try:
                    await asyncio.wait_for(done.wait(), 0.5)
                except TimeoutError:
                    continue
            tell(engine.progress.read)

        async with asyncio.TaskGroup() as group:
            group.create_task(show(), name="progress")
            try:
                await engine.run()
            finally:
                done.set()

    asyncio.run(run())
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _counting(total: int | None) -> Callable[[int], None]:
    """Tells how far it is, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None

    def tell(done: int) -> None:
        if total:
            filled = min(30, done * 30 // total)
            print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}", end="", file=sys.stderr, flush=True)
        else:
            print(f"\r{done}", end="", file=sys.stderr, flush=True)

    return tell


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not speed > 0:
        raise SettingRefused("speed_wrong", value=text)
    return speed
