"""Mails: composed from notices, and sent so that no kill, and no second worker, sends one twice.

A mail is a row before it is a message. Its state is committed before each step that cannot be taken
back: claimed (``sending``) before the server is spoken to, ``handed_over`` before the text goes out.
Whoever dies in the first is harmless, and the mail is queued again. Whoever dies in the second leaves
what SMTP cannot tell: whether the server took it. Such a mail is ``unsure`` and is not sent again.
"""

import smtplib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.accounts.kinds import DIGESTS, Delivery, Kind
from apps.accounts.models import Mail, Notice

from .choices import stop_address

log = structlog.get_logger(__name__)

#: Longer than sending one mail can take (``EMAIL_TIMEOUT`` for each answer of the server).
LEASE = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(days=7)
DIGEST_HOUR = 6
MOST_AT_A_TIME = 200
MOST_IN_A_DIGEST = 100
LOCK = 0x746D65_05  # "tme": who holds it composes
State = Mail.State


# --- composing ------------------------------------------------------------------------------------


@transaction.atomic
def compose_mails(now: datetime | None = None) -> int:
    """Make mails of the notices whose time has come: one each, or a digest a person; how many mails.

    A notice and the mail that carries it are tied in this transaction. One composes at a time; what is
    left over comes the next time.
    """
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    waiting = Notice.objects.to_mail().select_related("person", "subscription")
    at_once = [[one] for one in waiting.filter(delivery=Delivery.AT_ONCE)[:MOST_AT_A_TIME]]
    made = [_tie(notices, Delivery.AT_ONCE, "") for notices in at_once]
    for rhythm in DIGESTS:
        made += _digests(rhythm, now)
    Mail.objects.bulk_create(mail for mail, _ in made)
    tied = [(notice, mail) for mail, notices in made for notice in notices]
    for notice, mail in tied:
        notice.mail = mail
    Notice.objects.bulk_update([notice for notice, _ in tied], ["mail"], batch_size=500)
    return len(made)


def _digests(rhythm: Delivery, now: datetime) -> Iterable[tuple[Mail, list[Notice]]]:
    """The digests of this period that are not made yet, each of what was new when the period began."""
    begins = _begin_of(rhythm, now)
    period = begins.date().isoformat()
    waiting = Notice.objects.to_mail().filter(delivery=rhythm, created_at__lt=begins)
    have = Mail.objects.filter(rhythm=rhythm, period=period).values("person")
    people = list(
        waiting.exclude(person__in=have).order_by().values_list("person", flat=True).distinct()[:MOST_AT_A_TIME]
    )
    theirs: dict[int, list[Notice]] = {}
    for notice in waiting.filter(person__in=people).select_related("person", "subscription"):
        theirs.setdefault(notice.person_id, []).append(notice)
    return [_tie(notices, rhythm, period) for notices in theirs.values()]


def _begin_of(rhythm: Delivery, now: datetime) -> datetime:
    begins = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if begins > now:
        begins -= timedelta(days=1)
    return begins - timedelta(days=begins.weekday()) if rhythm == Delivery.WEEKLY else begins


def _tie(notices: list[Notice], rhythm: Delivery, period: str) -> tuple[Mail, list[Notice]]:
    person, site = notices[0].person, settings.SITE_URL.rstrip("/")
    kinds = sorted({notice.kind for notice in notices})
    follows = notices[0].subscription_id if len(notices) == 1 else None
    stop_kinds = stop_address(person=person.pk, kinds=kinds)
    stop_this = stop_address(person=person.pk, subscription=follows) if follows else ""
    context = {
        "person": person,
        "groups": _grouped(notices[:MOST_IN_A_DIGEST]),
        "more": max(len(notices) - MOST_IN_A_DIGEST, 0),
        "site": site,
        "site_name": settings.SITE_NAME,
        "all_notices": site + reverse("accounts:notice-list"),
        "choices": site + reverse("accounts:notice-choices"),
        "stop_kinds": stop_kinds,
        "stop_this": stop_this,
        "kinds": [Kind(kind).label for kind in kinds],
    }
    if rhythm == Delivery.AT_ONCE:
        subject, template = notices[0].get_kind_display(), "notice"
    else:
        subject, template = f"{len(notices)} notice{'s' * (len(notices) > 1)}, {period}", "digest"
    mail = Mail(
        person=person,
        rhythm=rhythm,
        period=period,
        subject=f"[{settings.SITE_NAME}] {subject}",
        body=render_to_string(f"accounts/mail/{template}.txt", context),
        unsubscribe_url=stop_this or stop_kinds,
    )
    return mail, notices


def _grouped(notices: list[Notice]) -> list[tuple[str, list[Notice]]]:
    groups: dict[str, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(notice.get_kind_display(), []).append(notice)
    return list(groups.items())


# --- sending --------------------------------------------------------------------------------------


def deliver_mails(*, most: int = MOST_AT_A_TIME) -> int:
    """Send what is queued and due; how many mails the server took. Any number of workers may do so at once."""
    settle_lost()
    server = get_connection()
    taken = 0
    try:
        for _ in range(most):
            mail = _claim()
            if mail is None:
                break
            taken += _send(mail, server)
    finally:
        _hang_up(server)
    return taken


@transaction.atomic
def settle_lost() -> None:
    """See to the mails of workers that died: queue again what was not handed over, and leave the rest as unsure."""
    lost = Mail.objects.lost().select_for_update(skip_locked=True)
    for mail in lost:
        if mail.state == State.SENDING:
            _move(mail, State.QUEUED, lease_until=None, error="The worker ended before the mail was handed over.")
        else:
            _move(mail, State.UNSURE, lease_until=None, error="The worker ended while the mail was handed over.")
            log.warning("mail_unsure", mail=mail.pk, error=mail.error)


@transaction.atomic
def _claim() -> Mail | None:
    mail = Mail.objects.due().select_for_update(skip_locked=True, of=("self",)).select_related("person").first()
    if mail is not None:
        _move(mail, State.SENDING, lease_until=timezone.now() + LEASE, attempts=mail.attempts + 1)
    return mail


class _NotOurs(Exception):
    """The lease ran out, and somebody else has the mail."""


def _send(mail: Mail, server: Any) -> bool:
    if not (mail.person.is_active and mail.person.email):
        _take_step(mail, State.FAILED, lease_until=None, error="The account is closed, or has no address.")
        return False

    def hand_over() -> None:
        if not _take_step(mail, State.HANDED_OVER, lease_until=timezone.now() + LEASE):
            raise _NotOurs

    try:
        _speak(server, _message(mail), hand_over)
    except _NotOurs:
        _hang_up(server)
        return False
    except OSError as error:  # smtplib's errors are OSErrors too
        _hang_up(server)
        answered = isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
        if mail.state == State.HANDED_OVER and not answered:
            _take_step(mail, State.UNSURE, lease_until=None, error=str(error)[:1000])
            log.warning("mail_unsure", mail=mail.pk, error=str(error))
        else:
            _put_off(mail, error)
        return False
    with transaction.atomic():
        now = timezone.now()
        Mail.objects.filter(pk=mail.pk, state__in=[State.HANDED_OVER, State.UNSURE]).update(
            state=State.SENT, sent_at=now, lease_until=None, error=""
        )
        Notice.objects.filter(mail=mail.pk).update(mailed_at=now)
    return True


def _speak(server: Any, message: EmailMessage, hand_over: Callable[[], None]) -> None:
    """Give the message to the server; ``hand_over`` is called before its text goes out, or nothing of it has."""
    if hasattr(server, "before_text"):
        server.before_text = hand_over
        server.open()
    else:
        hand_over()
    server.send_messages([message])


def _hang_up(server: Any) -> None:
    with suppress(OSError):
        server.close()


def _message(mail: Mail) -> EmailMessage:
    """The same message, with the same ``Message-ID``, however often it is tried."""
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.person.email],
        headers={
            "Message-ID": f"<mail-{mail.pk}@{urlsplit(settings.SITE_URL).hostname}>",
            "Date": mail.created_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _put_off(mail: Mail, error: OSError) -> None:
    """It was not taken: try again later and later, unless the server says never or a week has passed."""
    code = getattr(error, "smtp_code", 0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in error.recipients.values()), default=0)
    now = timezone.now()
    refused = 500 <= code < 600 and code != 535
    if refused or now - mail.created_at > GIVEN_UP_AFTER:
        _take_step(mail, State.FAILED, lease_until=None, error=str(error)[:1000])
    else:
        wait = timedelta(minutes=min(2**mail.attempts, 6 * 60))
        _take_step(mail, State.QUEUED, lease_until=None, due_at=now + wait, error=str(error)[:1000])
    log.warning("mail_not_sent", mail=mail.pk, error=str(error), given_up=refused)


def _take_step(mail: Mail, state: State, **changes: Any) -> bool:
    """Take the mail further, if it is still this worker's: in the state, and with the lease, that it gave it."""
    mine = Mail.objects.filter(pk=mail.pk, state=mail.state, lease_until=mail.lease_until)
    if not mine.update(state=state, **changes):
        return False
    for name, value in {"state": state, **changes}.items():
        setattr(mail, name, value)
    return True


def _move(mail: Mail, state: State, **changes: Any) -> None:
    """As ``_take_step``, for a row that is locked."""
    for name, value in {"state": state, **changes}.items():
        setattr(mail, name, value)
    mail.save(update_fields=["state", *changes])
