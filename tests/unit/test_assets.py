"""Resources are found beside the package in a checkout, and inside it when it was installed from a wheel."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console import assets


def test_a_checkout_has_its_resources_beside_the_package(checkout: Path) -> None:
    assert assets.path() == checkout / "resources"


def test_what_is_absent_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such-thing\.svg"):
        assets.path("icons", "no-such-thing.svg")


def test_an_installed_package_has_them_inside(checkout: Path, tmp_path: Path) -> None:
    package = tmp_path / "console"
    (package / "resources" / "templates").mkdir(parents=True)
    (package / "resources" / "templates" / "note.txt").write_text("红 critical", encoding="utf-8")
    for name in ("__init__.py", "assets.py"):
        shutil.copy(checkout / "console" / name, package / name)
    program = "from console import assets; print(ascii(assets.text('templates', 'note.txt')))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii("红 critical")
