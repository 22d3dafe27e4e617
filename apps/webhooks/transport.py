"""Posting to an address that somebody else chose, without becoming their way into our network.

A name is looked up once; every address that it stands for must be a public one, and the connection goes to
the very address that was checked, so no second answer of a name server can lead it elsewhere. Redirections
are not followed, proxies are not asked, and of the answer only its status is read.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
LONGEST_ADDRESS = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """The address leads where nothing may be sent; says where in a sentence for people."""


class Unreachable(Exception):
    """Nobody took it; says what happened in a sentence for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart: what is connected to, and what is asked there."""

    secure: bool
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    milliseconds: int


def place_of(url: str) -> Place:
    """The parts of an address; ``NotAllowed`` where it is none, or one that is wrong without asking anybody."""
    if len(url) > LONGEST_ADDRESS or not url.isascii() or any(not char.isprintable() or char == " " for char in url):
        raise NotAllowed(f"This is not an address: at most {LONGEST_ADDRESS} plain characters, without spaces.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotAllowed("This is not an address of the form https://example.org/path.") from None
    schemes = ("https", "http") if settings.WEBHOOKS_TO_LOOPBACK else ("https",)
    if parts.scheme not in schemes or not host:
        raise NotAllowed("The address must begin with https:// and name a server.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("The address must have no user, no password and no part after a #.")
    if port == 0:
        raise NotAllowed("There is no port 0.")
    with suppress(ValueError):
        _require_public(ipaddress.ip_address(host))
    path = parts.path or "/"
    secure = parts.scheme == "https"
    return Place(secure, host, port or (443 if secure else 80), f"{path}?{parts.query}" if parts.query else path)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send ``body`` there, at most ``TOTAL_SECONDS`` long. ``NotAllowed`` or ``Unreachable`` where it cannot be."""
    place = place_of(url)
    began = time.monotonic()
    connection = _Pinned(place, _public_address(place))
    watch = threading.Timer(TOTAL_SECONDS, connection.hang_up)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", place.path, body=body, headers=dict(headers))
        status = connection.getresponse().status
        if time.monotonic() - began >= TOTAL_SECONDS:
            # Cut off within its head, an answer looks like a whole one.
            raise TimeoutError
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() - began >= TOTAL_SECONDS
        raise Unreachable(f"No answer within {TOTAL_SECONDS:.0f} seconds." if late else _said(error)) from error
    finally:
        watch.cancel()
        connection.close()
    return Answer(status, round((time.monotonic() - began) * 1000))


class _Pinned(http.client.HTTPConnection):
    """Connects to one address, whatever its host's name stands for by now; the certificate is the name's."""

    def __init__(self, place: Place, address: str) -> None:
        self.default_port = 443 if place.secure else 80  # the one that is not named in the header "Host"
        super().__init__(place.host, place.port, timeout=CONNECT_SECONDS)
        self._place, self._address = place, address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self._place.port), self.timeout)
        self.sock.settimeout(TOTAL_SECONDS)
        if self._place.secure:
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self._place.host)

    def hang_up(self) -> None:
        """End it from another thread: a server that sends one byte now and then is not waited for."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _public_address(place: Place) -> str:
    """The first of the addresses that a host's name stands for, after all of them were found to be public."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"No server is known by the name {place.host}.") from error
    addresses = [str(one[4][0]) for one in found]
    for address in addresses:
        _require_public(ipaddress.ip_address(address.partition("%")[0]))
    return addresses[0]


def _require_public(ip: Ip) -> None:
    if settings.WEBHOOKS_TO_LOOPBACK and ip.is_loopback:
        return
    for one in _meanings(ip):
        if not one.is_global or one.is_multicast or one.is_reserved or one.is_unspecified:
            raise NotAllowed("The address leads into a private network, or to nowhere: only public servers are told.")


def _meanings(ip: Ip) -> list[Ip]:
    """An address, and the older one that it carries within it, if any."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    if ip in _NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return [ip, ip.sixtofour] if ip.sixtofour else [ip]


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of the server is not valid: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return "No answer in time."
    if isinstance(error, ConnectionRefusedError):
        return "The server refused the connection."
    return f"The connection failed: {type(error).__name__}."
