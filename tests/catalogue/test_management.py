import json
from io import StringIO

import pytest
from django.core.management import call_command

from apps.catalogue.models import Entry
from tests.factories.catalogue import published

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command("rebuild_catalogue", *arguments, stdout=out)
    return out.getvalue()


def test_an_equal_catalogue_is_said_to_be_equal():
    published()
    assert "The catalogue equals its versions." in run("--check")
    assert json.loads(run("--json"))["equal"] is True


def test_a_check_that_finds_a_difference_fails_and_changes_nothing():
    published()
    Entry.objects.update(level="E")
    with pytest.raises(SystemExit) as stop:
        run("--check")
    assert stop.value.code == 1
    assert Entry.objects.get().level == "E"


def test_a_rebuild_mends_the_difference_and_says_so():
    published()
    Entry.objects.update(level="E")
    assert "entries: 1 checked, 1 different" in run()
    assert Entry.objects.get().level == "A"
    assert "equals" in run()
