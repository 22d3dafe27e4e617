"""How many notices wait, for the menu of whoever is signed in."""

from django import template

from apps.accounts.models import Notice, User

register = template.Library()


@register.simple_tag
def unread_notices(person: User) -> int:
    return Notice.objects.of(person).unread().count()
