"""The scorer's options may change while it works: a brand was added, and its name must no longer carry a judgement."""

import asyncio

from console.pipeline.scoring import Scoring


def test_judgements_follow_the_names_that_are_watched() -> None:
    async def judge() -> tuple[float | None, float | None, int]:
        scoring = Scoring("tests.helpers.scorers:masking", {"masks": []}, workers=1)
        try:
            await scoring.start()
            before = (await scoring.score(["cedar broke"]))[0].negative
            scoring.use({"masks": ["cedar"]})
            after = (await scoring.score(["cedar broke"]))[0].negative
            return before, after, scoring.workers
        finally:
            await scoring.stop()

    assert asyncio.run(judge()) == (0.0, 1.0, 1)
