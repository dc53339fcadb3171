"""Settings of one machine: a TOML file, read once into a frozen value; an error names the key and its line.

What is watched (monitors, rules, contacts, sources) is not here: those are dated, signed rows of the store.
"""

import contextlib
import os
import re
import tempfile
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from console.domain.errors import SettingRefused

HOME = "CRISIS_CONSOLE_HOME"
"""The environment variable that names one folder for store, settings, cache and logs."""

_CHOICES = {"language": ("system", "zh_CN", "en"), "theme": ("system", "dark", "light")}


@dataclass(frozen=True, slots=True)
class Settings:
    """How the console runs on this machine.

    ``workers`` is the number of scoring processes, 0: chosen from the machine. ``utc_offset`` is the hour of the market
    that is watched, in minutes east of Greenwich: what counts as usual depends on its hour of day.
    """

    language: str = "system"
    theme: str = "system"
    workers: int = 0
    utc_offset: int = 480


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of this user."""

    store: Path
    settings: Path
    cache: Path
    logs: Path


def home() -> Home:
    """Where things are: below ``CRISIS_CONSOLE_HOME``, else in the platform's own folders. Made when missing."""
    named = os.environ.get(HOME)
    if named:
        base = Path(named).expanduser().absolute()
        found = Home(base / "console.db", base / "settings.toml", base / "cache", base / "logs")
    else:
        dirs = platformdirs.PlatformDirs("crisis-console", appauthor=False)
        found = Home(
            dirs.user_data_path / "console.db",
            dirs.user_config_path / "settings.toml",
            dirs.user_cache_path,
            dirs.user_log_path,
        )
    try:
        for folder in (found.store.parent, found.settings.parent, found.cache, found.logs):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingRefused("home_unusable", path=str(error.filename), reason=error.strerror or "") from error
    return found


def load(path: Path) -> Settings:
    """The settings of a file; the defaults where there is none. Raises SettingRefused."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused("settings_unreadable", path=str(path), reason=str(error)) from error
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingRefused("settings_not_toml", path=str(path), reason=str(error)) from error
    values: dict[str, Any] = {}
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for key, value in given.items():
        if key not in kinds:
            raise SettingRefused("setting_unknown", path=str(path), key=key, line=_line(text, key))
        allowed = _CHOICES.get(key)
        if type(value) is not kinds[key] or (allowed and value not in allowed):
            raise SettingRefused("setting_wrong", path=str(path), key=key, line=_line(text, key), value=str(value))
        values[key] = value
    return replace(Settings(), **values)


def save(path: Path, settings: Settings) -> None:
    """Write the settings, whole or not at all."""
    lines = [f"{field.name} = {_toml(getattr(settings, field.name))}" for field in fields(Settings)]
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _toml(value: str | int) -> str:
    return str(value) if isinstance(value, int) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*{re.escape(key)}[ \t]*=", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
