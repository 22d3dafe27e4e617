"""Somebody else's address is never a way into our own network."""

import ipaddress
import socket

import pytest

from apps.webhooks import transport
from apps.webhooks.transport import NotAllowed, Unreachable, place_of, post

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2002:c0a8:101::", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]


def hosted(ip):
    return f"[{ip}]" if ":" in ip else ip


@pytest.fixture
def names(monkeypatch):
    """What the name server answers, one answer after the other; and whom is connected to."""
    answers, asked = [], []

    def look_up(host, port, **kwargs):
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in found]

    def connect(address, timeout=None, *args):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    return answers, asked


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_private_address_is_taken_written_out(ip):
    with pytest.raises(NotAllowed, match="private"):
        place_of(f"https://{hosted(ip)}/hook")


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_name_may_stand_for_a_private_address(names, ip):
    answers, asked = names
    for found in ([ip], ["93.184.216.34", ip]):
        answers.append(found)
        with pytest.raises(NotAllowed, match="private"):
            post("https://rebound.example/hook", b"", {})
    assert asked == []


@pytest.mark.parametrize("ip", PUBLIC)
def test_the_address_that_was_checked_is_the_one_connected_to(names, ip):
    answers, asked = names
    answers += [[ip], ["127.0.0.1"]]
    with pytest.raises(Unreachable, match="refused"):
        post("https://rebound.example/hook", b"", {})
    assert asked == [(ip, 443)]
    assert answers == [["127.0.0.1"]], "the name is looked up once"


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_no_spelling_of_this_machine_gets_through(host):
    with pytest.raises((NotAllowed, Unreachable)):
        post(f"https://{host}/hook", b"", {})


def test_loopback_is_open_only_where_a_setting_says_so(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    assert place_of("http://127.0.0.1:8000/x").port == 8000
    with pytest.raises(NotAllowed):
        place_of("http://10.0.0.1/x")
    settings.WEBHOOKS_TO_LOOPBACK = False
    with pytest.raises(NotAllowed, match="https"):
        place_of("http://93.184.216.34/x")


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://example.org/", "https://", "https:///path", "https://a b.example/", "https://exämple.org/",
        "https://user:secret@example.org/", "https://@example.org/", "https://example.org/#part",
        "https://example.org:99999/", "https://example.org:0/", "https://[::1", "https://example.org/\r\nHost: x",
        "javascript:alert(1)", "https://example.org/" + "x" * 600,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url):
    with pytest.raises(NotAllowed):
        place_of(url)


def test_a_name_that_nobody_knows(names):
    names[0].append(socket.gaierror())
    with pytest.raises(Unreachable, match="known by the name"):
        post("https://nowhere.example/", b"", {})


def test_every_public_address_of_the_list_is_one():
    assert not any(transport._meanings(ipaddress.ip_address(ip))[-1].is_private for ip in PUBLIC)


def test_it_is_posted_with_its_headers_and_the_status_comes_back(receiver):
    answer = post(receiver.url, b'{"a":1}', {"TME-Delivery": "x", "Content-Type": "application/json"})
    assert answer.status == 204
    ((path, headers, body),) = receiver.taken
    assert (path, body, headers["TME-Delivery"]) == ("/hook?from=portal", b'{"a":1}', "x")
    assert headers["Host"] == f"127.0.0.1:{receiver.server_port}"


def test_a_redirection_is_not_followed(receiver):
    receiver.answers = [302]
    assert post(receiver.url, b"{}", {}).status == 302
    assert len(receiver.taken) == 1


def test_a_server_that_dribbles_is_not_waited_for(receiver, monkeypatch):
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.4)
    receiver.answers = ["drip"]
    with pytest.raises(Unreachable):
        post(receiver.url, b"{}", {})


def test_the_certificate_must_be_that_of_the_name(receiver):
    with pytest.raises(Unreachable):
        post(receiver.url.replace("http://", "https://"), b"{}", {})
