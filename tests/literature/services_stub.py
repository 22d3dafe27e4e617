"""PubMed, Europe PMC and Crossref on loopback: answers of their shapes, faults where told, all questions kept.

Fill ``articles``, ``results`` and ``works`` with what they know and ``hits`` with what a query finds. ``fail``
queues faults; each spoils one answer.
"""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.factories.literature import article, article_set

XML, JSON, TEXT, HTML = "text/xml; charset=UTF-8", "application/json", "text/plain", "text/html"
OPENING = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
MOST_LISTED = 9_999

Fault = Callable[["Handler", str, bytes], None]


@dataclass(frozen=True)
class Asked:
    """One request: when, what for, and with which fields."""

    at: float
    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]


@dataclass
class ServicesStub:
    articles: dict[int, str] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    works: list[dict[str, Any]] = field(default_factory=list)
    hits: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    total: int | None = None  # what a search claims to have found, where that is another number
    lock: threading.Lock = field(default_factory=threading.Lock)

    def know(self, *pmids: int, **details: Any) -> None:
        """Let PubMed have these articles."""
        for pmid in pmids:
            self.articles[pmid] = article(pmid, **{"title": f"Article {pmid}", **details})

    def know_elsewhere(self, *results: dict[str, Any]) -> None:
        """Let Europe PMC have these: ``pmid``, ``doi``, ``pmcid`` and more of its fields."""
        self.results += [europepmc_result(**result) for result in results]

    def know_works(self, *dois: str) -> None:
        """Let Crossref have works with these DOIs."""
        self.works += [crossref_work(doi) for doi in dois]

    def fail(self, *faults: Fault, at: str = "") -> None:
        """Spoil the next answers, one by each fault; ``at``: only those of addresses that contain it."""
        self.faults += [(at, fault) for fault in faults]

    def paths(self) -> list[str]:
        return [asked.path.rpartition("/")[2] for asked in self.asked]

    def note(self, asked: Asked) -> Fault | None:
        with self.lock:
            self.asked.append(asked)
            for number, (at, fault) in enumerate(self.faults):
                if at in asked.path:
                    del self.faults[number]
                    return fault
        return None

    def serve(self, port: int = 0) -> "Server":
        return Server(self, port)

    # --- answers --------------------------------------------------------------------------------

    def answer(self, path: str, fields: dict[str, str]) -> tuple[int, str, bytes]:
        return {
            "/eutils/esearch.fcgi": self.esearch,
            "/eutils/efetch.fcgi": self.efetch,
            "/europepmc/searchPOST": self.europepmc,
            "/crossref/works": self.crossref,
        }.get(path, self.crossref_work)({**fields, "path": path})

    def esearch(self, fields: dict[str, str]) -> tuple[int, str, bytes]:
        term = fields["term"]
        pmids = self.hits.get(term, [])
        start, most = int(fields["retstart"]), int(fields["retmax"])
        listed = pmids[start : start + most]
        count = len(pmids) if self.total is None else self.total
        ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in listed)
        history = f"<QueryKey>1</QueryKey><WebEnv>MCID_{escape(term)}</WebEnv>" if fields.get("usehistory") else ""
        missed = (
            ""
            if term in self.hits
            else f"<ErrorList><PhraseNotFound>{escape(term)}</PhraseNotFound></ErrorList>"
            "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
        )
        body = (
            f"{OPENING}<eSearchResult><Count>{count}</Count><RetMax>{len(listed)}</RetMax><RetStart>{start}</RetStart>"
            f"{history}<IdList>{ids}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(term)}[All Fields]</QueryTranslation>{missed}</eSearchResult>"
        )
        return 200, XML, body.encode()

    def efetch(self, fields: dict[str, str]) -> tuple[int, str, bytes]:
        if fields.get("rettype") == "uilist":
            start, most = int(fields["retstart"]), int(fields["retmax"])
            pmids = self.hits[fields["WebEnv"].removeprefix("MCID_")][:MOST_LISTED]
            return 200, TEXT, "".join(f"{pmid}\n" for pmid in pmids[start : start + most]).encode()
        known = [self.articles[int(pmid)] for pmid in fields["id"].split(",") if int(pmid) in self.articles]
        return 200, XML, article_set(*known)

    def europepmc(self, fields: dict[str, str]) -> tuple[int, str, bytes]:
        query, size = fields["query"], int(fields["pageSize"])
        wanted = [value for pair in re.findall(r'DOI:"([^"]+)"|PMCID:(PMC\d+)|EXT_ID:(\d+)', query) for value in pair]
        found = self.hits.get(query) or [
            result for result in self.results if {result.get(name) for name in ("doi", "pmcid", "pmid")} & set(wanted)
        ]
        start = 0 if fields["cursorMark"] == "*" else int(fields["cursorMark"])
        page = found[start : start + size]
        content: dict[str, Any] = {
            "version": "6.9",
            "hitCount": len(found) if self.total is None else self.total,
            "request": {"queryString": query, "resultType": fields["resultType"], "pageSize": size},
            "resultList": {"result": page},
        }
        if page:  # the last page names a next one too, which is empty
            content["nextCursorMark"] = str(start + len(page))
        return 200, JSON, json.dumps(content).encode()

    def crossref(self, fields: dict[str, str]) -> tuple[int, str, bytes]:
        rows = int(fields["rows"])
        wanted = {part.removeprefix("doi:") for part in fields.get("filter", "").split(",") if part.startswith("doi:")}
        found = self.hits.get(fields.get("query", "")) or [w for w in self.works if w["DOI"].lower() in wanted]
        start = 0 if fields.get("cursor", "*") == "*" else int(fields["cursor"])
        page = found[start : start + rows]
        message = {
            "facets": {},
            "next-cursor": str(start + len(page)),
            "total-results": len(found) if self.total is None else self.total,
            "items": page,
            "items-per-page": rows,
            "query": {"start-index": 0, "search-terms": fields.get("query")},
        }
        content = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}
        return 200, JSON, json.dumps(content).encode()

    def crossref_work(self, fields: dict[str, str]) -> tuple[int, str, bytes]:
        doi = unquote(fields["path"].removeprefix("/crossref/works/"))
        for work in self.works:
            if work["DOI"].lower() == doi:
                content = {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": work}
                return 200, JSON, json.dumps(content).encode()
        return 404, TEXT, b"Resource not found."


def europepmc_result(**fields: Any) -> dict[str, Any]:
    """One result as a search of type core gives it."""
    source = "MED" if "pmid" in fields else "PMC" if "pmcid" in fields else "PPR"
    return {
        "id": fields.get("pmid") or fields.get("pmcid") or "PPR1",
        "source": source,
        "title": f"Result {next(iter(fields.values()))}",
        "authorString": "Noe U, Una N.",
        "authorList": {"author": [{"fullName": "Noe U", "firstName": "Una", "lastName": "Noe", "initials": "U"}]},
        "journalInfo": {"volume": "7", "yearOfPublication": 2020, "journal": {"title": "Journal of Examples"}},
        "pubYear": "2020",
        "pubTypeList": {"pubType": ["Preprint" if source == "PPR" else "Journal Article"]},
        "isOpenAccess": "N",
        "citedByCount": 0,
        **fields,
    }


def crossref_work(doi: str, **fields: Any) -> dict[str, Any]:
    """One work as Crossref describes it."""
    return {
        "DOI": doi.upper(),
        "type": "journal-article",
        "title": [f"Work {doi}"],
        "author": [{"given": "Una", "family": "Noe", "sequence": "first"}],
        "container-title": ["Journal of Examples"],
        "issued": {"date-parts": [[2020, 5]]},
        "indexed": {"date-parts": [[2026, 1, 6]]},
        "member": "311",
        **fields,
    }


class Server:
    """Serves a stub until it is closed."""

    def __init__(self, stub: ServicesStub, port: int) -> None:
        handler = type("BoundHandler", (Handler,), {"stub": stub})
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: ClassVar[ServicesStub]

    def do_GET(self) -> None:
        self.act(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.act(dict(parse_qsl(body, keep_blank_values=True)))

    def act(self, fields: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        fault = self.stub.note(Asked(time.monotonic(), self.command, path, fields, dict(self.headers)))
        code, kind, body = self.stub.answer(path.removeprefix("/moved"), fields)
        if fault:
            fault(self, kind, body)
        else:
            self.send(code, kind, body)

    def send(self, code: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


# --- faults -------------------------------------------------------------------------------------


def status(code: int, body: bytes = b"", kind: str = TEXT, **headers: str) -> Fault:
    """An answer with this status, and headers such as ``Retry_After="2"``."""
    return lambda handler, _, __: handler.send(code, kind, body, **headers)


def instead(body: bytes, kind: str = XML) -> Fault:
    """Something else, as if all were well."""
    return lambda handler, _, __: handler.send(200, kind, body)


def web_page() -> Fault:
    return instead(b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body>Maintenance</body></html>", HTML)


def cut() -> Fault:
    """Half of the answer, said to be all of it."""
    return lambda handler, kind, body: handler.send(200, kind, body[: len(body) // 2])


def broken_off() -> Fault:
    """Half of the answer; then the connection ends."""

    def act(handler: Handler, kind: str, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return act


def reset() -> Fault:
    """The connection is torn down before a word is said."""

    def act(handler: Handler, kind: str, body: bytes) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True

    return act


def silent(seconds: float) -> Fault:
    """Nothing for so long, then the right answer."""

    def act(handler: Handler, kind: str, body: bytes) -> None:
        time.sleep(seconds)
        handler.send(200, kind, body)

    return act


def drip(seconds: float) -> Fault:
    """The right answer byte by byte, so far apart."""

    def act(handler: Handler, kind: str, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for byte in body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(seconds)

    return _quiet(act)


def endless() -> Fault:
    """An answer that does not end."""

    def act(handler: Handler, kind: str, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(b" " * 65_536)

    return _quiet(act)


def _quiet(act: Fault) -> Fault:
    """The listener goes away in the middle: that is what is tried here."""

    def quietly(handler: Handler, kind: str, body: bytes) -> None:
        try:
            act(handler, kind, body)
        except OSError:
            handler.close_connection = True

    return quietly
