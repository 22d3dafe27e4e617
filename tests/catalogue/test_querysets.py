import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalogue.models import Entry, TargetDossier
from apps.catalogue.querysets import facets_of
from apps.core.keyset import BadCursor, Order, keyset_page
from tests.factories.catalogue import MACROPHAGE, VEGFA, published

CHANGED = Order("changed", "sequence", "sequence")
SYMBOL = Order("symbol", "symbol")
SCORE = Order("-score", "score")


def cursor(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def pages(rows, order, size):
    position, found = "", []
    while True:
        page = keyset_page(rows, order=order, cursor=position, size=size, fields=("pk",))
        found.append([pk for (pk,) in page.rows])
        if page.next is None:
            return found
        position = page.next


@pytest.mark.django_db
@pytest.mark.parametrize("order", [CHANGED, Order("-changed", "sequence", "sequence")])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_pages_of_any_size_hold_every_row_once_in_order(order, size):
    rows = [published().pk for _ in range(5)]
    found = [pk for page in pages(Entry.objects.all(), order, size) for pk in page]
    assert found == (rows[::-1] if order.descending else rows)


@pytest.mark.django_db
@pytest.mark.parametrize("order", [SYMBOL, Order("-symbol", "symbol"), SCORE, Order("score", "score")])
def test_rows_that_are_equal_in_the_order_are_told_apart(order):
    published()
    dossier = TargetDossier.objects.get()
    for number in range(4):
        dossier.pk, dossier.target, dossier.sequence = None, f"HGNC:{number}", dossier.sequence + 1
        dossier.save()
    found = [pk for page in pages(TargetDossier.objects.all(), order, 2) for pk in page]
    assert len(found) == len(set(found)) == 5


@pytest.mark.django_db
def test_a_page_costs_one_query_whatever_its_place(django_assert_num_queries):
    for _ in range(3):
        published()
    first = keyset_page(Entry.objects.all(), order=CHANGED, cursor="", size=1, fields=("document",))
    with django_assert_num_queries(1):
        keyset_page(Entry.objects.all(), order=CHANGED, cursor=first.next, size=1, fields=("document",))


@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_nothing_but_a_cursor_is_taken_for_one(text):
    if text:
        with pytest.raises(BadCursor):
            keyset_page(Entry.objects.all(), order=CHANGED, cursor=text, size=1, fields=("pk",))


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (CHANGED, cursor("changed", 0)),
        (CHANGED, cursor("changed", 0, 1, 2)),
        (CHANGED, cursor("changed", 2, 1)),
        (CHANGED, cursor("changed", 0, "1")),
        (CHANGED, cursor("changed", 0, 2**70)),
        (CHANGED, cursor("changed", 0, True)),
        (CHANGED, cursor("changed", 0, None)),
        (CHANGED, cursor("changed", 0, [1])),
        (CHANGED, cursor("changed", [], 1)),
        (CHANGED, cursor("-changed", 0, 1)),
        (CHANGED, cursor(["changed"], 0, 1)),
        (SYMBOL, cursor("symbol", 0, 1, 1)),
        (SYMBOL, cursor("symbol", 0, "a\x00", 1)),
        (SYMBOL, cursor("symbol", 0, "\ud800", 1)),
        (SYMBOL, cursor("symbol", 0, "a", 2**70)),
        (SCORE, cursor("-score", 0, 10**400, 1)),
        (SCORE, cursor("-score", 0, float("nan"), 1)),
        (SCORE, cursor("-score", 0, "high", 1)),
        (SCORE, cursor("-score", 0, float("inf"), 1.5)),
        (CHANGED, "W" * 2000),
        (CHANGED, base64.urlsafe_b64encode(b"[" * 300).decode()),
    ],
)
def test_a_cursor_of_another_shape_order_or_size_is_refused(order, text):
    rows = (Entry if order is CHANGED else TargetDossier).objects.all()
    with pytest.raises(BadCursor):
        keyset_page(rows, order=order, cursor=text, size=1, fields=("pk",))


@pytest.mark.django_db
def test_facets_count_what_the_filters_leave_in_one_query(django_assert_num_queries):
    published()
    published(target=VEGFA, cell_types=(MACROPHAGE,), evidence__level="")
    with django_assert_num_queries(1):
        count, facets = facets_of(Entry.objects.current())
    assert count == 2
    assert facets["level"] == [("A", 1)]
    assert sorted(facets["target"]) == [("HGNC:12680", 1), ("HGNC:8760", 1)]
    assert facets["cancer"] == [("MONDO:0005105", 2)]
    assert facets_of(Entry.objects.current().about("HGNC:8760"))[0] == 1
    assert facets_of(Entry.objects.none())[0] == 0
