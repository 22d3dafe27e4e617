"""A mail server on the loopback that can be told to fall silent, to refuse, or to hang up, at a given word."""

import socket
import threading
from email import message_from_bytes

SILENT, HANG_UP = "silent", "hang up"


class SmtpStub:
    """Takes mails as a context manager. ``at`` is what it does at ``EHLO``, ``MAIL``, ``RCPT``, ``DATA`` or ``END``.

    ``reached`` is set when such a word has come in. What ended with its full stop is in ``taken``.
    """

    def __init__(self):
        self.at = {}
        self.taken = []
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.go_on.set()
        self._server.close()

    @property
    def messages(self):
        return [message_from_bytes(raw) for raw in self.taken]

    def _listen(self):
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        try:
            with client, client.makefile("rwb") as line:
                self._say(line, "220 stub")
                while word := line.readline().decode().strip().partition(" ")[0].upper():
                    if word == "QUIT":
                        return self._say(line, "221 bye")
                    if not self._goes_on(line, word):
                        return None
                    if word == "DATA":
                        self._say(line, "354 go on")
                        self.taken_text = b"".join(iter(line.readline, b".\r\n"))
                        answer = self.at.get("END")
                        if answer is None or answer == SILENT:
                            self.taken.append(self.taken_text)
                        if not self._goes_on(line, "END"):
                            return None
        except OSError:
            return None

    def _goes_on(self, line, word):
        answer = self.at.get(word)
        if answer is None:
            if word != "DATA":
                self._say(line, "250 fine")
            return True
        self.reached.set()
        if answer == SILENT:
            self.go_on.wait(60)
            return False
        if answer == HANG_UP:
            return False
        self._say(line, answer)
        return word != "DATA"

    @staticmethod
    def _say(line, text):
        line.write(f"{text}\r\n".encode())
        line.flush()
