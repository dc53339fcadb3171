"""Settings of one machine: read once, refused by key and line, written whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import settings
from console.domain.errors import SettingRefused
from console.settings import Settings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.toml") == Settings()


@given(
    st.builds(
        Settings,
        language=st.sampled_from(["system", "zh_CN", "en"]),
        theme=st.sampled_from(["system", "dark", "light"]),
        workers=st.integers(0, 64),
        utc_offset=st.integers(-720, 840),
    )
)
def test_what_is_saved_is_read_again(tmp_path_factory: pytest.TempPathFactory, wanted: Settings) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings.save(path, wanted)
    assert settings.load(path) == wanted
    assert [one.name for one in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('theme = "dark"\ncolour = "red"\n', "setting_unknown", 2),
        ('\n\ntheme = "pink"\n', "setting_wrong", 3),
        ("workers = true\n", "setting_wrong", 1),
        ('workers = "two"\n', "setting_wrong", 1),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingRefused) as refused:
        settings.load(path)
    assert (refused.value.code, refused.value.fields["line"]) == (code, line)


@pytest.mark.parametrize("raw", [b"theme = dark", b"\xff\xfe", b"[theme"])
def test_what_is_no_settings_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(raw)
    with pytest.raises(SettingRefused):
        settings.load(path)


def test_the_home_folder_holds_everything(home: Path) -> None:
    found = settings.home()
    assert {found.store.parent, found.settings.parent} == {home}
    assert found.cache.is_dir()
    assert found.logs.is_dir()


def test_a_changed_copy_leaves_the_old_alone() -> None:
    first = Settings()
    assert replace(first, theme="dark") != first
