"""Text files in whatever encoding, as lines of UTF-8 or of an encoding that keeps ASCII apart."""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

SNIFFED = 1024 * 1024
"""Bytes that are looked at to tell encoding, line ends and columns."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a file's bytes are to be read. ``is_ascii_so_far``: what was seen of it would fit any encoding."""

    encoding: str
    ends_in_cr: bool
    is_ascii_so_far: bool = False

    def lines_of(self, handle: BinaryIO) -> BinaryIO:
        """The same text with line feeds, in UTF-8 or, if ``handle`` is in GB18030, in that."""
        if self.encoding.startswith("utf-16"):
            decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            return _through(
                handle, lambda block: self._fed(decoder.decode(block, not block)).encode("utf-8", "replace")
            )
        if self.ends_in_cr:
            return _through(handle, lambda block: block.replace(b"\r", b"\n"))
        return handle

    def decoded(self, line: bytes) -> str:
        """One line of :meth:`lines_of` as text. Raises UnicodeDecodeError."""
        encoding = "utf-8" if self.encoding.startswith("utf-16") else self.encoding
        try:
            return line.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            if not self.is_ascii_so_far:
                raise
            return line.decode("gb18030")

    def _fed(self, text: str) -> str:
        return text.replace("\r", "\n") if self.ends_in_cr else text


def sniff(head: bytes, *, is_whole: bool) -> TextForm:
    """The form of a text whose first bytes are ``head``; ``is_whole``: there are no others."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _guess(head, is_whole)
    text = head.decode(encoding, "replace")
    return TextForm(encoding, "\r" in text and "\n" not in text, encoding == "utf-8" and head.isascii())


def _guess(head: bytes, is_whole: bool) -> str:
    """UTF-16 by its many NULs, else UTF-8 if it fits, else GB18030 if that fits, else UTF-8 with broken lines."""
    sample = head[:4_096]
    if len(sample) >= 4:
        half = len(sample) // 2
        for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if high.count(0) > half // 3 and high.count(0) > 3 * (sample.count(0) - high.count(0)):
                return encoding
    return next((name for name in ("utf-8", "gb18030") if _fits(head, name, is_whole)), "utf-8")


def _fits(head: bytes, encoding: str, is_whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, is_whole)
    except UnicodeDecodeError:
        return False
    return True


class _Through(io.RawIOBase):
    def __init__(self, handle: BinaryIO, change: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._handle = handle
        self._change = change
        self._left = b""
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        while not self._left and not self._is_over:
            block = self._handle.read(_BLOCK)
            self._is_over = not block
            self._left = self._change(block)
        count = min(len(view), len(self._left))
        view[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _through(handle: BinaryIO, change: Callable[[bytes], bytes]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Through(handle, change), _BLOCK))
