"""A small ORCID on loopback: the OAuth conversation as ORCID holds it, with real HTTP.

``authorize`` sends the browser back with a code; ``token`` exchanges it once, for the right client,
secret and redirect address, and answers with the iD and the name of ``person``.
"""

import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class OrcidStub:
    client_id: str = "APP-TEST"
    client_secret: str = "a client secret"
    person: dict = field(default_factory=lambda: {"orcid": "0000-0002-1825-0097", "name": "Josiah Carberry"})
    refuses: bool = False  # the person says no
    breaks: bool = False  # ORCID answers with an error
    codes: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    address: str = ""

    def authorize(self, query: dict) -> str:
        """Where the browser is sent after the person decided."""
        self.asked.append(query)
        assert query["client_id"] == self.client_id
        assert query["response_type"] == "code"
        assert query["scope"] == "/authenticate"
        back = {"state": query["state"]}
        if self.refuses:
            back |= {"error": "access_denied"}
        else:
            code = secrets.token_urlsafe(6)
            self.codes[code] = query["redirect_uri"]
            back |= {"code": code}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict) -> tuple[int, dict]:
        if self.breaks:
            return 500, {"error": "server_error"}
        right = (form.get("client_id"), form.get("client_secret")) == (self.client_id, self.client_secret)
        known = self.codes.pop(form.get("code"), None)
        if not right or known is None or known != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": secrets.token_urlsafe(9), "token_type": "bearer", "expires_in": 3600} | self.person

    def __enter__(self) -> "OrcidStub":
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                where = stub.authorize(
                    {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                )
                self.send_response(302)
                self.send_header("Location", where)
                self.end_headers()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                assert self.path == "/oauth/token"
                status, answer = stub.token({name: values[0] for name, values in parse_qs(body).items()})
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc) -> None:
        self._server.shutdown()
        self._server.server_close()
