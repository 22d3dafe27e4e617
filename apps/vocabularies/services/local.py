"""Terms of our own: made, changed and retired by editors; an ontology's terms change by its loads alone."""

import re

from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from ..choices import FIRST_LOCAL_NUMBER, LOCAL_PREFIX, PARENT_OPTIONAL, PARENTS_FROM, TermStatus, Vocabulary
from ..models import Term
from ..permissions import may_edit_term, may_manage
from ..sources import LocalTerm
from .loading import LOCK

LABEL_LIMIT, DEFINITION_LIMIT, SYNONYM_LIMIT = 200, 2000, 30
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@transaction.atomic
def add_local_term(*, actor: User, said: LocalTerm) -> Term:
    """An approved term at once, without anybody having asked for it."""
    may_manage(actor).require()
    term = make(said, TermStatus.APPROVED)
    record_event(actor=actor, verb="create", obj=term, to_state=TermStatus.APPROVED)
    return term


@transaction.atomic
def change_local_term(*, actor: User, term: Term, said: LocalTerm) -> Term:
    """Give a term of our own other words or another place; its id and its vocabulary stay."""
    term = locked(term)
    may_edit_term(actor, term).require()
    if changed := rewrite(term, said):
        record_event(actor=actor, verb="update", obj=term, data={"changed": changed})
    return term


@transaction.atomic
def retire_local_term(*, actor: User, term: Term, reason: str, successor: Term | None = None) -> Term:
    """Make a term of our own obsolete. It stays, for what names it, and tells what to choose in its place."""
    term = locked(term)
    may_edit_term(actor, term).require()
    if term.obsolete:
        raise Refused(f"{term.curie} is obsolete already.", code="state")
    term.obsolete, term.replaced_by = True, stands_in(successor, term) if successor else None
    term.save(update_fields=["obsolete", "replaced_by"])
    data = {"replaced_by": successor.curie} if successor else {}
    record_event(actor=actor, verb="retire", obj=term, reason=required(reason, "Say why.", "reason"), data=data)
    return term


def locked(term: Term) -> Term:
    return Term.objects.select_for_update(of=("self",)).get(pk=term.pk)


def make(said: LocalTerm, status: TermStatus) -> Term:
    """A new row with the next id of its vocabulary, hanging below its parents."""
    one_at_a_time()
    said = checked(said)
    term = Term.objects.create(
        curie=_next_curie(Vocabulary(said.vocabulary)),
        vocabulary=said.vocabulary,
        label=said.label,
        definition=said.definition,
        synonyms=list(said.synonyms),
        status=status,
        source="local",
    )
    term.parents.set(_parents(said))
    return term


def rewrite(term: Term, said: LocalTerm) -> list[str]:
    """Write what differs; the names of those fields."""
    one_at_a_time()
    said = checked(said, of=term)
    parents = _parents(said, of=term)
    values = {"label": said.label, "definition": said.definition, "synonyms": list(said.synonyms)}
    changed = [name for name, value in values.items() if getattr(term, name) != value]
    for name in changed:
        setattr(term, name, values[name])
    if changed:
        term.save(update_fields=changed)
    if {parent.pk for parent in parents} != set(term.parents.values_list("pk", flat=True)):
        term.parents.set(parents)
        changed.append("parents")
    return changed


def one_at_a_time() -> None:
    """Until the transaction ends nobody else makes or loads a term, so that no two get the same id or the same name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def checked(said: LocalTerm, of: Term | None = None) -> LocalTerm:
    """The same, tidied; ``Refused`` names what is missing, too long, or the name of another term already."""
    if said.vocabulary not in LOCAL_PREFIX:
        raise Refused("Choose the vocabulary that the term is for.", field="vocabulary")
    label = required(_line(said.label), "Give the term a name.", "label")
    definition = required(said.definition, "Say in a sentence or two what the term means.", "definition")
    synonyms = tuple(dict.fromkeys(name for name in map(_line, said.synonyms) if name and name != label))
    for text, limit, field in ((label, LABEL_LIMIT, "label"), (definition, DEFINITION_LIMIT, "definition")):
        if len(text) > limit:
            raise Refused(f"The text has {len(text):,} characters; at most {limit:,} are possible.", field=field)
    if len(synonyms) > SYNONYM_LIMIT or any(len(name) > LABEL_LIMIT for name in synonyms):
        raise Refused(
            f"At most {SYNONYM_LIMIT} other names are possible, of {LABEL_LIMIT} characters each.", field="synonyms"
        )
    _new_to_the_vocabulary(said.vocabulary, label, of)
    return LocalTerm(
        vocabulary=said.vocabulary, label=label, definition=definition, synonyms=synonyms, parents=said.parents
    )


def stands_in(successor: Term, term: Term) -> Term:
    """``successor`` where records may name it in place of ``term``."""
    if successor.pk == term.pk or successor.vocabulary != term.vocabulary:
        kind = term.get_vocabulary_display().lower()
        raise Refused(f"What stands in for it is another {kind}.", field="instead")
    if successor.obsolete or successor.status != TermStatus.APPROVED:
        raise Refused(f"{successor} ({successor.curie}) is not in use itself. Choose another one.", field="instead")
    return successor


def required(text: str, otherwise: str, field: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(otherwise, field=field)
    return text


def _line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _new_to_the_vocabulary(vocabulary: str, label: str, of: Term | None) -> None:
    known = Term.objects.in_vocabulary(vocabulary).choosable().named(label)
    if of is not None:
        known = known.exclude(pk=of.pk)
    if (one := known.first()) is not None:
        waits = ", which awaits a decision" if one.status == TermStatus.PENDING else ""
        raise Refused(f"There is {one} ({one.curie}) of that name already{waits}.", field="label", code="duplicate")


def _parents(said: LocalTerm, of: Term | None = None) -> list[Term]:
    vocabulary = Vocabulary(said.vocabulary)
    wanted = list(dict.fromkeys(said.parents))
    if not wanted and vocabulary not in PARENT_OPTIONAL:
        raise Refused("Choose what it is a kind of, so that it is found with its relatives.", field="parents")
    kinds = PARENTS_FROM.get(vocabulary, (vocabulary,))
    found = {term.curie: term for term in Term.objects.usable().filter(curie__in=wanted, vocabulary__in=kinds)}
    for curie in wanted:
        if curie not in found:
            names = " or ".join(kind.label.lower() for kind in kinds)
            raise Refused(f"{curie} is no {names} in use. Choose another one.", field="parents")
    if of is not None and any(of.curie in above for above in Term.objects.ancestors_of(wanted).values()):
        raise Refused("A term cannot hang below itself. Choose another parent.", field="parents")
    return [found[curie] for curie in wanted]


def _next_curie(vocabulary: Vocabulary) -> str:
    prefix = LOCAL_PREFIX[vocabulary]
    given = Term.objects.filter(curie__regex=rf"^{prefix}:\d{{7}}$").order_by("-curie").values_list("curie", flat=True)
    last = given.first()
    number = max(FIRST_LOCAL_NUMBER, int(last.partition(":")[2]) + 1 if last else 0)
    return f"{prefix}:{number:07d}"
