"""Django's SMTP, which tells before the text of a message goes out: until then nothing can have been delivered."""

import smtplib
from collections.abc import Callable
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class _Telling:
    """Over ``smtplib``'s client; ``before_text`` is called between the envelope and the text."""

    before_text: Callable[[], None] | None = None

    def data(self, message: Any) -> tuple[int, bytes]:
        if self.before_text is not None:
            self.before_text()
        return super().data(message)  # type: ignore[misc]


class _Smtp(_Telling, smtplib.SMTP):
    pass


class _SmtpOverTls(_Telling, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Sends as Django's backend does. Set ``before_text`` before each message that is to be asked about."""

    before_text: Callable[[], None] | None = None

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp

    def _send(self, email_message: Any) -> bool:
        if self.connection is not None:
            self.connection.before_text = self.before_text  # type: ignore[attr-defined]
        return super()._send(email_message)  # type: ignore[misc]
