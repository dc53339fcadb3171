"""A store on a real file, on a clock that steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain.clock import ReplayClock
from console.store.database import Store
from tests.helpers.builders import NOON, a_store


@pytest.fixture
def clock() -> ReplayClock:
    return ReplayClock(NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.db"


@pytest.fixture
def store(path: Path, clock: ReplayClock) -> Iterator[Store]:
    store = a_store(path, clock)
    yield store
    store.close()
