"""A real local HTTP server that answers each path by script, byte for byte: also what no decent server would send."""

import gzip
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Pieces = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What to send. ``pieces`` replaces the body and is sent as it is, ``pause`` seconds apart, without a length."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Pieces | None = None
    pause: float = 0.0
    raw: bytes | None = None
    """Sent instead of status line and headers; the pieces, if any, follow."""


def gzipped(body: bytes, **headers: str) -> Answer:
    """A body packed with gzip, and said to be."""
    return Answer(gzip.compress(body), headers={"Content-Encoding": "gzip", **headers})


def redirect(to: str, status: int = 302) -> Answer:
    """Go elsewhere."""
    return Answer(status=status, headers={"Location": to})


class ScriptedServer:
    """Answers on the loopback. Each path plays its answers in turn and repeats the last; other paths are 404."""

    def __init__(self, port: int, scheme: str) -> None:
        self.port = port
        self.scheme = scheme
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._scripts: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path here."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def on(self, path: str, *answers: Answer) -> str:
        """Set the script of a path; gives its address."""
        self._scripts[path] = list(answers)
        return self.url(path)

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        """The next answer for a request."""
        with self._lock:
            self.asked.append(asked)
            script = self._scripts.get(asked.path.partition("?")[0], [Answer(status=404)])
            return script.pop(0) if len(script) > 1 else script[0]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """A server for the length of a ``with``."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                _converse(self, server)
            except OSError:
                return  # the client has hung up, as many tests mean it to

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def get_request(self) -> tuple[object, object]:  # type: ignore[override]
            connection, address = super().get_request()
            if tls is None:
                return connection, address
            connection.settimeout(5)
            return tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    listener = Listener(("127.0.0.1", 0), Handler)
    server = ScriptedServer(listener.server_address[1], "http" if tls is None else "https")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


def _converse(handler: socketserver.StreamRequestHandler, server: ScriptedServer) -> None:
    first = handler.rfile.readline(65_536).decode("latin-1").split()
    headers: dict[str, str] = {}
    while line := handler.rfile.readline(65_536).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if len(first) < 2:
        return
    answer = server.answer(Asked(first[1], headers))
    if answer.raw is not None:
        handler.wfile.write(answer.raw)
        _send(handler, answer, server)
        return
    given = {name.lower() for name in answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{name}: {value}" for name, value in answer.headers.items())]
    if answer.pieces is None and "content-length" not in given and answer.status != 304:
        lines.append(f"Content-Length: {len(answer.body)}")
    handler.wfile.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
    _send(handler, answer, server)


def _send(handler: socketserver.StreamRequestHandler, answer: Answer, server: ScriptedServer) -> None:
    for piece in answer.pieces() if answer.pieces is not None else (answer.body,):
        handler.wfile.write(piece)
        if answer.pause and server.over.wait(answer.pause):
            return
