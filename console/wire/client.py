"""The client: one request at a time, within its bounds."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from console import __version__
from console.domain.clock import Clock, Instant
from console.domain.errors import SourceDelayed, SourceRefused
from console.wire.addresses import Resolve, is_address, is_public, look_up
from console.wire.unpack import PackedBadly, Unpacker

HOPS = 3
"""Redirects that are followed."""

LONGEST_WAIT = 900.0
"""Seconds of a server's Retry-After that are honoured."""

_MOST_HEADERS = 200
_LONGEST_URL = 4_096
_REDIRECTS = {301, 302, 303, 307, 308}
_FOR_A_PERSON = {400, 402, 405, 406, 414, 451}
_CREDENTIALS = {"authorization", "cookie", "proxy-authorization"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: ``status`` is 200, or 304 with no body. Header names are in lower case; ``url`` is where it was."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(slots=True)
class Wire:
    """Fetches, guarded. One object serves all; it keeps no connection open between requests.

    ``deadline`` is in seconds for a whole request, from the name to the last byte; ``largest`` in bytes, of a body both
    as sent and as decoded. ``resolve`` and ``trust`` are by default the system's resolver and its certificates.
    """

    clock: Clock
    deadline: float = 30.0
    largest: int = 8 * 1024 * 1024
    resolve: Resolve = look_up
    trust: ssl.SSLContext | None = field(default=None, repr=False)

    async def get(self, url: str, headers: Mapping[str, str] | None = None, *, allow_private: bool = False) -> Reply:
        """Fetch ``url``. ``allow_private``: its host, and no other it redirects to, may be inside our own networks.

        Raises SourceRefused where a person must act (a wrong address, a login, a page that is gone) and SourceDelayed,
        with the server's own wish where it has one, for everything that may pass.
        """
        here = _parsed(url)
        try:
            async with asyncio.timeout(self.deadline):
                return await self._follow(here, dict(headers or {}), allow_private)
        except TimeoutError:
            raise SourceDelayed("timed_out", host=here.host, seconds=self.deadline) from None

    async def _follow(self, here: httpx.URL, headers: dict[str, str], allow_private: bool) -> Reply:
        first = here.host
        for hop in range(HOPS + 1):
            try:
                addresses = await self._addresses(here, allow_private and here.host == first)
            except SourceRefused as refused:
                if hop == 0:
                    raise
                raise SourceDelayed("redirect_refused", host=first, target=here.host, reason=refused.code) from refused
            async with self._answer(here, addresses, headers) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    return await self._reply(here, response)
                there = _target(here, response.headers["location"])
            if (there.scheme, there.host, there.port) != (here.scheme, here.host, here.port):
                headers = {name: value for name, value in headers.items() if name.lower() not in _CREDENTIALS}
            here = there
        raise SourceDelayed("redirect_loop", host=first, hops=HOPS)

    async def _addresses(self, url: httpx.URL, allow_private: bool) -> list[str]:
        try:
            found = await self.resolve(_ascii_host(url), url.port or (443 if url.scheme == "https" else 80))
        except UnicodeError as error:
            raise SourceRefused("bad_url", url=str(url)[:200]) from error
        except OSError as error:
            raise SourceDelayed("name_unknown", host=url.host) from error
        allowed = [address for address in found if "%" not in address and (allow_private or is_public(address))]
        if not found:
            raise SourceDelayed("name_unknown", host=url.host)
        if not allowed:
            raise SourceRefused("address_private", host=url.host, address=found[0])
        return allowed

    @asynccontextmanager
    async def _answer(
        self, url: httpx.URL, addresses: Sequence[str], headers: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """The response of the first address that answers, its body unread."""
        if self.trust is None:
            self.trust = await asyncio.to_thread(_system_trust)
        # A transport for each request: no connection is ever shared between two names of one address.
        async with httpx.AsyncHTTPTransport(verify=self.trust, trust_env=False) as transport:
            response = await self._send(transport, url, addresses, headers)
            try:
                yield response
            finally:
                await response.aclose()

    async def _send(
        self,
        transport: httpx.AsyncHTTPTransport,
        url: httpx.URL,
        addresses: Sequence[str],
        headers: Mapping[str, str],
    ) -> httpx.Response:
        sent = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": f"crisis-console/{__version__}",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            **headers,
        }
        name = _ascii_host(url).rstrip(".")
        extensions: dict[str, Any] = {"timeout": {"connect": self.deadline / 3}}
        if not is_address(name):
            extensions["sni_hostname"] = name
        failure: httpx.TransportError | None = None
        for address in addresses:
            request = httpx.Request("GET", url.copy_with(host=address), headers=sent, extensions=extensions)
            try:
                return await transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
            except httpx.TransportError as error:
                raise SourceDelayed("bad_answer", host=url.host, reason=type(error).__name__) from error
        raise _unreachable(url.host, failure) from failure

    async def _reply(self, url: httpx.URL, response: httpx.Response) -> Reply:
        status = response.status_code
        if len(response.headers.raw) > _MOST_HEADERS:
            raise SourceDelayed("bad_answer", host=url.host, reason="headers")
        if status == 304:
            return Reply(status, dict(response.headers), b"", str(url))
        if status in (200, 203):
            return Reply(200, dict(response.headers), await self._body(url, response), str(url))
        raise _refusal(url.host, status, retry_after(response.headers.get("retry-after"), self.clock.now()))

    async def _body(self, url: httpx.URL, response: httpx.Response) -> bytes:
        body = bytearray()
        received = 0
        try:
            unpacker = Unpacker(response.headers.get("content-encoding", ""))
            async for chunk in response.aiter_raw():
                received += len(chunk)
                for piece in unpacker.feed(chunk):
                    body += piece
                    if max(received, len(body)) > self.largest:
                        raise SourceDelayed("too_large", host=url.host, limit=self.largest)
                    await asyncio.sleep(0)
        except PackedBadly as error:
            raise SourceDelayed("bad_encoding", host=url.host, encoding=str(error)[:40]) from error
        except httpx.TransportError as error:
            raise SourceDelayed("truncated_body", host=url.host, received=received) from error
        if not unpacker.is_whole:
            raise SourceDelayed("truncated_body", host=url.host, received=received)
        return bytes(body)


def retry_after(value: str | None, now: Instant) -> float | None:
    """Seconds that a Retry-After header asks for, from 0 to :data:`LONGEST_WAIT`; None for none or nonsense."""
    text = (value or "").strip()
    if re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,6})?", text):
        seconds = float(text)
    else:
        try:
            at = parsedate_to_datetime(text)
            seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now / 1000
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _parsed(url: str) -> httpx.URL:
    """The address, or SourceRefused where it can never be one of ours."""
    try:
        parsed = httpx.URL(url.strip() if len(url) <= _LONGEST_URL else "")
        fits = parsed.scheme in ("http", "https") and parsed.host != "" and 0 < (parsed.port or 80) < 65_536
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise SourceRefused("bad_url", url=url[:200]) from None
    if not fits:
        raise SourceRefused("bad_url", url=url[:200])
    if parsed.userinfo:
        raise SourceRefused("url_has_password", host=parsed.host)
    return parsed


def _target(here: httpx.URL, location: str) -> httpx.URL:
    try:
        there = _parsed(str(here.join(location[: _LONGEST_URL + 1])))
    except (httpx.InvalidURL, UnicodeError, ValueError, SourceRefused) as error:
        raise SourceDelayed("redirect_refused", host=here.host, target=location[:80], reason="bad_url") from error
    if here.scheme == "https" and there.scheme != "https":
        raise SourceDelayed("redirect_refused", host=here.host, target=there.host, reason="downgrade")
    return there


def _ascii_host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").strip("[]")


def _refusal(host: str, status: int, wait: float | None) -> SourceDelayed | SourceRefused:
    if status == 429:
        return SourceDelayed("rate_limited", wait, host=host)
    if status in (401, 403):
        return SourceRefused("login_refused", host=host, status=status)
    if status in (404, 410):
        return SourceRefused("not_there", host=host, status=status)
    if status in _FOR_A_PERSON:
        return SourceRefused("request_refused", host=host, status=status)
    return SourceDelayed("server_failed" if status >= 500 else "bad_status", wait, host=host, status=status)


def _unreachable(host: str, error: BaseException | None) -> SourceDelayed:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return SourceDelayed("tls_failed", host=host, reason=getattr(error, "verify_message", None) or error.reason)
        error = error.__cause__ or error.__context__
    return SourceDelayed("unreachable", host=host)


def _system_trust() -> ssl.SSLContext:
    trust = httpx.create_ssl_context()
    trust.load_default_certs()
    return trust
