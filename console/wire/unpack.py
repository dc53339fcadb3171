"""Unpack a body piece by piece: bounded whatever its ratio, and aware of where it must end."""

import zlib
from collections.abc import Iterator

PIECE = 1024 * 1024
"""Bytes that are unpacked at a time at most."""


class PackedBadly(ValueError):
    """The body is not packed as it says, or in a way we did not ask for."""


class Unpacker:
    """Takes the chunks of one body as they come. ``encoding`` is the Content-Encoding; raises PackedBadly."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in ("", "identity", "gzip", "deflate"):
            raise PackedBadly(self._encoding)
        self._is_plain = self._encoding in ("", "identity")
        self._head = b""
        self._zlib: zlib._Decompress | None = zlib.decompressobj(31) if self._encoding == "gzip" else None

    @property
    def is_whole(self) -> bool:
        """Whether the body came to its own end."""
        return self._is_plain or (self._zlib is not None and self._zlib.eof)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What one chunk unpacks to, in pieces of at most :data:`PIECE` bytes (a plain chunk comes as it is)."""
        if self._is_plain:
            yield chunk
            return
        if self._zlib is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk = self._head
            self._zlib = zlib.decompressobj(15 if _has_zlib_header(chunk) else -15)
        try:
            is_more = bool(chunk)
            while is_more and not self._zlib.eof:
                piece = self._zlib.decompress(chunk, PIECE)
                chunk = self._zlib.unconsumed_tail
                is_more = bool(chunk) or len(piece) == PIECE
                yield piece
        except zlib.error as error:
            raise PackedBadly(self._encoding) from error
        if self._zlib.eof and (self._zlib.unused_data + chunk).strip(b"\0"):
            raise PackedBadly(self._encoding)


def _has_zlib_header(head: bytes) -> bool:
    """Whether deflated data has the header it should have: some servers send none."""
    return head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
