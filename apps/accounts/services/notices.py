"""Notices: written with the event that they tell of, read on the page, mailed once."""

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Notice, User

log = structlog.get_logger(__name__)


def notify(*, people: Iterable[User], kind: Notice.Kind, text: str, url: str, key: str) -> None:
    """Tell people of one event, in the transaction of that event.

    ``url`` is the address on this site where they see more. Whoever was told under this ``key``
    before is not told again; a closed account is told nothing. Raises ``TransactionManagementError``
    outside a transaction: a notice of something that did not happen would be a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A notice is written in the transaction of its event.")
    Notice.objects.bulk_create(
        (
            Notice(person=person, kind=kind, text=text, url=url, key=key)
            for person in {person.pk: person for person in people if person.is_active}.values()
        ),
        ignore_conflicts=True,
    )


def mark_read(*, person: User, notices: Collection[int] | None = None) -> int:
    """Note that ``person`` has read these of their notices, or all; how many were unread before."""
    unread = Notice.objects.of(person).unread()
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return unread.update(read_at=timezone.now())


def mail_notice(*, notice_id: int) -> bool:
    """Mail one notice, once; True when a mail went out.

    The row says whether it was mailed, so ringing twice sends one mail. Should the worker be killed
    after the mail left and before the row knows, the next round sends the same ``Message-ID``, by
    which mail programs know the same mail. One that cannot be sent is logged and tried again.
    """
    with transaction.atomic():
        waiting = Notice.objects.to_mail().select_for_update(of=("self",)).select_related("person")
        notice = waiting.filter(pk=notice_id).first()
        if notice is None:
            return False
        site = settings.SITE_URL.rstrip("/")
        context = {
            "notice": notice,
            "site_name": settings.SITE_NAME,
            "url": site + notice.url,
            "all_notices": site + reverse("accounts:notice-list"),
        }
        message = EmailMessage(
            subject=f"[{settings.SITE_NAME}] {notice.get_kind_display()}",
            body=render_to_string("accounts/mail/notice.txt", context),
            to=[notice.person.email],
            headers={"Message-ID": f"<notice-{notice.pk}@{urlsplit(site).hostname}>"},
        )
        try:
            message.send()
        except OSError as error:  # smtplib's errors are OSErrors too
            log.warning("notice_not_mailed", notice=notice.pk, error=str(error))
            return False
        notice.mailed_at = timezone.now()
        notice.save(update_fields=["mailed_at"])
    return True
