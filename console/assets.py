"""Where `resources/` lies: inside the package when installed from a wheel, beside it in a checkout."""

from pathlib import Path

_PACKED = Path(__file__).resolve().parent / "resources"
_CHECKOUT = Path(__file__).resolve().parents[1] / "resources"


def path(*parts: str) -> Path:
    """The resource at `parts` below `resources/`, a file or a folder; with no part, `resources/` itself.

    Raises FileNotFoundError where there is no such resource: a mistake of ours or a broken installation, never a
    person's.
    """
    found = (_PACKED if _PACKED.is_dir() else _CHECKOUT).joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(found)
    return found


def text(*parts: str) -> str:
    """The UTF-8 text of the resource at `parts`; raises as `path` does."""
    return path(*parts).read_text(encoding="utf-8")
