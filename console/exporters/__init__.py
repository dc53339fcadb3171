"""Exporters: what an incident is handed over as, one module a format; the list of them."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from console.domain.ports import Exporter
from console.exporters.html import Html
from console.exporters.json_file import JsonFile

EXPORTERS: Mapping[str, Callable[[tzinfo | None], Exporter]] = {"html": Html, "json": lambda _: JsonFile()}
"""By format: how to make the exporter, given the zone of the times that people read."""
