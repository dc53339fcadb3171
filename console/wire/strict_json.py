"""JSON from strangers, strictly."""

import json
import math
from typing import Any

from console.domain.errors import SourceDelayed


def read_json(data: bytes, *, largest: int = 8 * 1024 * 1024, deepest: int = 100) -> Any:
    """The value of a JSON document, strictly: SourceDelayed('not_json', reason) for anything that is not one.

    NaN and infinities are refused, also as 1e999; so are documents over ``largest`` bytes or nested over ``deepest``.
    """
    if len(data) > largest:
        raise SourceDelayed("not_json", reason="size")
    try:
        value = _DECODER.decode(data.decode(json.detect_encoding(data)))
    except RecursionError:
        raise SourceDelayed("not_json", reason="depth") from None
    except ValueError as error:
        raise SourceDelayed("not_json", reason="encoding" if isinstance(error, UnicodeError) else "syntax") from error
    level = [value]
    for _ in range(deepest + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return value
    raise SourceDelayed("not_json", reason="depth")


def _inside(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [inner for inner in held if isinstance(inner, dict | list)]


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text[:20])
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
