"""Following an entry, a target, or a search of the catalogue, by choice."""

from django.urls import reverse

from apps.accounts import services as accounts
from apps.accounts.models import Subscription, User
from apps.catalogue.models import Entry, TargetDossier
from apps.core.exceptions import Refused

from .searches import spelling_of, words_of

Subject = Subscription.Subject


def follow(*, actor: User, subject: Subject, key: str) -> Subscription:
    """Be told of what becomes of it; of a merged entry, of what becomes of its successor."""
    if subject == Subject.SEARCH:
        spelled = spelling_of(key)
        url = f"{reverse('catalogue:entry-list')}?{spelled}"
        return accounts.subscribe(person=actor, subject=subject, key=spelled, label=words_of(spelled), url=url)
    if subject == Subject.ENTRY:
        entry = Entry.objects.select_related("successor").filter(accession=key).first()
        if entry is not None:
            name = (entry.successor or entry).accession
            url = reverse("catalogue:entry-detail", args=[name])
            return accounts.subscribe(person=actor, subject=subject, key=name, label=name, url=url)
    if subject == Subject.TARGET:
        dossier = TargetDossier.objects.only("target", "symbol").filter(target=key).first()
        if dossier is not None:
            url = reverse("catalogue:target-detail", args=[key])
            return accounts.subscribe(person=actor, subject=subject, key=key, label=dossier.symbol, url=url)
    raise Refused("There is nothing of that name to follow.", code="missing")


def unfollow(*, actor: User, subject: Subject, key: str) -> None:
    """Be told no more."""
    accounts.unsubscribe(person=actor, subject=subject, key=key)
