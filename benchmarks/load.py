"""A small generator of load: connections that are kept alive, each asking for the next when it is answered."""

import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CONNECTIONS = 8
_LONGEST_WAIT = 120.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of some requests."""

    seconds: float
    milliseconds: list[float]
    statuses: Counter[int]
    bytes: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.milliseconds) / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]


@dataclass(slots=True)
class _Line:
    """One connection and the answer that comes over it."""

    socket: socket.socket
    asked: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    awaited: int = -1


def request(path: str, port: int, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: */*"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def drive(port: int, requests: Sequence[bytes], *, connections: int = CONNECTIONS) -> Figures:
    """Ask for all of them, each once."""
    waiting = iter(requests)
    chosen = selectors.DefaultSelector()
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    size = 0
    begun = time.perf_counter()
    for _ in range(connections):
        line = _Line(_connect(port))
        if _ask(line, waiting):
            chosen.register(line.socket, selectors.EVENT_READ, line)
        else:
            line.socket.close()
    while chosen.get_map():
        ready = chosen.select(_LONGEST_WAIT)
        if not ready:
            raise TimeoutError("The server does not answer.")
        for key, _ in ready:
            line = key.data
            more = line.socket.recv(1 << 18)
            line.received += more
            if line.awaited < 0:
                line.awaited = _length(line.received)
            ended = not more
            if not ended and not _is_whole(line.received, line.awaited):
                continue
            if not line.received:
                raise ConnectionError("The server hung up without an answer.")
            taken.append((time.perf_counter() - line.asked) * 1000)
            statuses[int(line.received[9:12])] += 1
            size += len(line.received)
            closes = ended or b"onnection: close" in line.received[:2000]
            if closes:
                chosen.unregister(line.socket)
                line.socket.close()
                line.socket = _connect(port)
                chosen.register(line.socket, selectors.EVENT_READ, line)
            if not _ask(line, waiting):
                chosen.unregister(line.socket)
                line.socket.close()
    return Figures(time.perf_counter() - begun, taken, statuses, size)


def answer(port: int, asked: bytes) -> tuple[int, dict[str, str], bytes]:
    """One answer in full: status, headers in lower case, body."""
    with _connect(port) as connection:
        connection.sendall(asked)
        received = bytearray()
        awaited = -1
        while not _is_whole(received, awaited):
            more = connection.recv(1 << 18)
            if not more:
                break
            received += more
            awaited = awaited if awaited >= 0 else _length(received)
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), headers, body


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=_LONGEST_WAIT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _ask(line: _Line, waiting: Iterable[bytes]) -> bool:
    asked = next(iter(waiting), None)
    if asked is None:
        return False
    line.received, line.awaited = bytearray(), -1
    line.asked = time.perf_counter()
    line.socket.sendall(asked)
    return True


def _is_whole(received: bytearray, awaited: int) -> bool:
    return len(received) >= awaited if awaited >= 0 else received.endswith(b"\r\n0\r\n\r\n")


def _length(received: bytearray) -> int:
    """How long the whole answer is; -1 while that is not known, and where it comes in chunks."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return -1
    head = bytes(received[:end]).lower()
    place = head.find(b"content-length:")
    if place >= 0:
        return end + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0])
    return -1 if b"chunked" in head or int(head[9:12]) not in (204, 304) else end + 4
