"""Who may use which address of the site, and how to reach one; read by the walks over all addresses.

A name that ends in ``*`` stands for all that begin with it (addresses of libraries).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import apply_for_role
from apps.catalogue.models import ReleasedEntry
from apps.catalogue.services import cut_release, pin_query, write_release
from apps.curation.models import BulkUpload
from apps.curation.services import apply_finding, raise_flag
from apps.literature.models import Candidate, ImportRun, RetractionState, SavedSearch
from apps.vocabularies.models import OntologyLoad
from tests.factories.accounts import UserFactory
from tests.factories.curation import ReferenceFactory, make_draft, make_published, make_submitted
from tests.factories.discussion import make_comment
from tests.factories.retractions import make_finding
from tests.factories.vocabularies import target_wish, wish


class Who(IntEnum):
    """The least that somebody must be; ``NOBODY``: the address does not take that kind of verb."""

    EVERYONE = 0
    SIGNED_IN = 1
    CURATOR = 2
    EDITOR = 3
    ADMINISTRATOR = 4
    NOBODY = 9


@dataclass(frozen=True)
class Policy:
    """Who may read (GET, HEAD) and who may write (POST, PUT, PATCH, DELETE)."""

    read: Who
    write: Who = Who.NOBODY


@dataclass(frozen=True)
class Address:
    """One pattern of the site: its name with the namespaces before it, its route, its arguments."""

    name: str
    route: str
    arguments: tuple[str, ...]


NOTHING_CHANGES = {"created": 0, "updated": 0, "unchanged": 0}

PUBLIC = Policy(Who.EVERYONE)
SIGNED_IN_FORM = Policy(Who.SIGNED_IN, Who.SIGNED_IN)
SIGNED_IN_ACT = Policy(Who.NOBODY, Who.SIGNED_IN)
CURATORS_READ = Policy(Who.CURATOR)
CURATORS_FORM = Policy(Who.CURATOR, Who.CURATOR)
CURATORS_ACT = Policy(Who.NOBODY, Who.CURATOR)
EDITORS_READ = Policy(Who.EDITOR)
EDITORS_ACT = Policy(Who.NOBODY, Who.EDITOR)
ADMINISTRATORS_READ = Policy(Who.ADMINISTRATOR)
ADMINISTRATORS_ACT = Policy(Who.NOBODY, Who.ADMINISTRATOR)
ADMINISTRATORS_FORM = Policy(Who.ADMINISTRATOR, Who.ADMINISTRATOR)

BULK_STEPS, BULK_VERBS = ("check", "draft", "import", "discard"), ("check", "drafts", "references")
TARGET_ANSWERS = ("approve", "decline", "instead")
TRIAGE_STEPS = ("claim", "release", "reject", "later", "reopen", "curated", "vote", "resolve", "note")

POLICIES: dict[str, Policy] = {
    # core
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": ADMINISTRATORS_READ,
    # accounts
    "accounts:profile": Policy(Who.SIGNED_IN),
    "accounts:profile-edit": SIGNED_IN_FORM,
    "accounts:role-application": SIGNED_IN_FORM,
    "accounts:conflict-statement": SIGNED_IN_FORM,
    "accounts:token-list": SIGNED_IN_FORM,
    "accounts:token-revoke": SIGNED_IN_FORM,
    "webhooks:list": SIGNED_IN_FORM,
    "webhooks:detail": SIGNED_IN_FORM,
    **{f"webhooks:{verb}": SIGNED_IN_ACT for verb in ("switch", "secret", "test", "remove")},
    "accounts:notice-list": Policy(Who.SIGNED_IN),
    "accounts:notice-read": SIGNED_IN_ACT,
    "accounts:notice-choices": SIGNED_IN_FORM,
    "accounts:notice-stop": Policy(Who.EVERYONE, Who.EVERYONE),
    "accounts:audit": ADMINISTRATORS_READ,
    "accounts:audit-export*": ADMINISTRATORS_ACT,
    "accounts:history-head": PUBLIC,
    "accounts:subscription-mute": SIGNED_IN_ACT,
    "accounts:person-list": ADMINISTRATORS_READ,
    "accounts:person-detail": ADMINISTRATORS_READ,
    "accounts:person-role": ADMINISTRATORS_ACT,
    "accounts:person-active": ADMINISTRATORS_ACT,
    "accounts:application-grant": ADMINISTRATORS_ACT,
    "accounts:application-decline": ADMINISTRATORS_ACT,
    # vocabularies
    "vocabularies:term-search": Policy(Who.SIGNED_IN),
    "vocabularies:target-search": Policy(Who.SIGNED_IN),
    "vocabularies:term-request-list": CURATORS_READ,
    "vocabularies:target-list": EDITORS_READ,
    "vocabularies:target-create": Policy(Who.EDITOR, Who.EDITOR),
    "vocabularies:target-edit": Policy(Who.EDITOR, Who.EDITOR),
    "vocabularies:target-merge": Policy(Who.EDITOR, Who.EDITOR),
    "vocabularies:target-request-list": CURATORS_READ,
    "vocabularies:target-request-create": CURATORS_FORM,
    "vocabularies:target-request-detail": CURATORS_READ,
    **{f"vocabularies:target-request-{verb}": EDITORS_ACT for verb in TARGET_ANSWERS},
    "vocabularies:term-request-create": CURATORS_FORM,
    "vocabularies:term-request-detail": CURATORS_READ,
    **{f"vocabularies:term-request-{verb}": EDITORS_ACT for verb in ("approve", "decline", "instead")},
    "vocabularies:local-list": EDITORS_READ,
    "vocabularies:local-create": Policy(Who.EDITOR, Who.EDITOR),
    "vocabularies:local-edit": Policy(Who.EDITOR, Who.EDITOR),
    "vocabularies:local-retire": EDITORS_ACT,
    "vocabularies:load-list": EDITORS_READ,
    "vocabularies:load-create": Policy(Who.EDITOR, Who.EDITOR),
    "vocabularies:load-detail": EDITORS_READ,
    "vocabularies:load-apply": EDITORS_ACT,
    "vocabularies:load-discard": EDITORS_ACT,
    # catalogue
    "catalogue:home": PUBLIC,
    "catalogue:entry-list": PUBLIC,
    "catalogue:entry-detail": PUBLIC,
    "catalogue:entry-version": PUBLIC,
    "catalogue:entry-compare": PUBLIC,
    "catalogue:target-list": PUBLIC,
    "catalogue:target-detail": PUBLIC,
    "catalogue:target-contradictions": PUBLIC,
    "catalogue:target-named": PUBLIC,
    "catalogue:reference-detail": PUBLIC,
    "catalogue:release-list": PUBLIC,
    "catalogue:release-detail": PUBLIC,
    "catalogue:release-file": PUBLIC,
    "catalogue:release-cut": EDITORS_ACT,
    "catalogue:pin-create": SIGNED_IN_ACT,
    "catalogue:pin-detail": PUBLIC,
    # api
    **{
        f"api:{name}": PUBLIC
        for name in (
            "root",
            "entry-list",
            "entry-detail",
            "entry-compare",
            "version-list",
            "version-detail",
            "target-list",
            "target-detail",
            "target-combinations",
            "target-contradictions",
            "target-tipping",
            "reference-list",
            "reference-detail",
            "term-list",
            "term-detail",
            "context",
            "download",
            "release-list",
            "release-detail",
            "change-list",
            "facet-list",
            "schema",
            "docs",
            "examples",
        )
    },
    # literature
    "literature:import-list": CURATORS_READ,
    "literature:import-create": CURATORS_FORM,
    "literature:import-detail": CURATORS_READ,
    "literature:import-cancel": CURATORS_ACT,
    "literature:import-pause": CURATORS_ACT,
    "literature:import-resume": CURATORS_ACT,
    "literature:import-retry": CURATORS_ACT,
    "literature:import-retry-failed": CURATORS_ACT,
    "literature:import-report": CURATORS_READ,
    "literature:import-rows-csv": CURATORS_READ,
    "literature:import-rows-tsv": CURATORS_READ,
    "literature:reference-list": CURATORS_READ,
    "literature:reference-detail": CURATORS_READ,
    "literature:reference-edit": CURATORS_FORM,
    "literature:reference-nominate": CURATORS_ACT,
    "literature:triage-queue": CURATORS_READ,
    "literature:triage-detail": CURATORS_READ,
    "literature:triage-flow": CURATORS_READ,
    "literature:triage-flow-svg": CURATORS_READ,
    "literature:triage-flow-csv": CURATORS_READ,
    "literature:triage-agreement": CURATORS_READ,
    "literature:triage-bulk": CURATORS_ACT,
    **{f"literature:triage-{step}": CURATORS_ACT for step in TRIAGE_STEPS},
    "literature:reference-refresh": CURATORS_ACT,
    "literature:search-list": CURATORS_READ,
    "literature:search-create": CURATORS_FORM,
    "literature:search-edit": CURATORS_FORM,
    "literature:search-run": CURATORS_ACT,
    # curation
    "curation:workbench": Policy(Who.SIGNED_IN),
    "curation:submission-list": CURATORS_READ,
    "curation:submission-start": CURATORS_FORM,
    "curation:submission-detail": CURATORS_READ,
    "curation:submission-edit": CURATORS_FORM,
    "curation:submission-submit": CURATORS_ACT,
    "curation:term-request": CURATORS_FORM,
    "curation:target-request": CURATORS_FORM,
    "curation:submission-rebase": CURATORS_FORM,
    "curation:submission-withdraw": CURATORS_FORM,
    "curation:bulk-list": CURATORS_READ,
    "curation:bulk-create": CURATORS_FORM,
    "curation:bulk-detail": CURATORS_READ,
    "curation:bulk-template*": CURATORS_READ,
    "curation:bulk-export*": CURATORS_READ,
    "curation:bulk-rows*": CURATORS_READ,
    **{f"curation:bulk-{step}": CURATORS_ACT for step in BULK_STEPS},
    "curation:retraction-list": EDITORS_READ,
    "curation:retraction-apply": EDITORS_ACT,
    "curation:retraction-upload": Policy(Who.EDITOR, Who.EDITOR),
    "curation:retraction-dismiss": EDITORS_ACT,
    "curation:load-touched": CURATORS_READ,
    "curation:record-detail": CURATORS_READ,
    "curation:target-named": EDITORS_READ,
    "curation:re-review-detail": EDITORS_READ,
    "curation:re-review-uphold": EDITORS_ACT,
    "curation:re-review-retract": EDITORS_ACT,
    "curation:follow": SIGNED_IN_ACT,
    "curation:submission-discussion": CURATORS_FORM,
    "curation:entry-discussion": Policy(Who.EVERYONE, Who.SIGNED_IN),
    "curation:target-discussion": Policy(Who.EVERYONE, Who.SIGNED_IN),
    "curation:thread-reply": Policy(Who.EVERYONE, Who.SIGNED_IN),
    "curation:thread-resolve": SIGNED_IN_ACT,
    "curation:thread-reopen": SIGNED_IN_ACT,
    "curation:comment-edit": SIGNED_IN_FORM,
    "curation:comment-history": PUBLIC,
    "curation:comment-withdraw": SIGNED_IN_ACT,
    "curation:comment-hide": SIGNED_IN_FORM,
    "curation:comment-show": SIGNED_IN_ACT,
    **{f"curation:entry-{what}": Policy(Who.EDITOR, Who.EDITOR) for what in ("re-review", "retract", "merge")},
    "curation:flag-create": SIGNED_IN_FORM,
    "curation:flag-list": EDITORS_READ,
    "curation:flag-detail": EDITORS_READ,
    "curation:flag-resolve": EDITORS_ACT,
    "curation:review-queue": EDITORS_READ,
    "curation:review-detail": EDITORS_READ,
    "curation:review-claim": EDITORS_ACT,
    "curation:review-release": EDITORS_ACT,
    "curation:review-dashboard": EDITORS_READ,
    "curation:review-agreement": EDITORS_READ,
    "curation:review-assign": EDITORS_ACT,
    "curation:review-second": EDITORS_ACT,
    "curation:review-accept": EDITORS_ACT,
    "curation:review-approve": EDITORS_ACT,
    "curation:review-request-changes": EDITORS_ACT,
    "curation:review-reject": EDITORS_ACT,
    # the curation API
    "curation-api:submission-list": CURATORS_FORM,
    "curation-api:submission-detail": CURATORS_FORM,
    "curation-api:submission-suggestions": CURATORS_READ,
    "curation-api:submission-submit": CURATORS_ACT,
    "curation-api:submission-withdraw": CURATORS_ACT,
    "curation-api:submission-rebase": CURATORS_ACT,
    "curation-api:submission-claim": CURATORS_ACT,
    "curation-api:submission-release": CURATORS_ACT,
    "curation-api:submission-request-changes": CURATORS_ACT,
    "curation-api:submission-approve": CURATORS_ACT,
    "curation-api:submission-assign": CURATORS_ACT,
    "curation-api:submission-second-review": CURATORS_ACT,
    "curation-api:submission-reviewers": CURATORS_READ,
    "curation-api:submission-reject": CURATORS_ACT,
    "curation-api:thread-list": SIGNED_IN_FORM,
    "curation-api:thread-detail": Policy(Who.SIGNED_IN),
    **{f"curation-api:thread-{step}": SIGNED_IN_ACT for step in ("comments", "resolve", "reopen")},
    "curation-api:comment-detail": SIGNED_IN_FORM,
    **{f"curation-api:comment-{step}": SIGNED_IN_ACT for step in ("withdraw", "hide", "show")},
    "curation-api:entry-flag": Policy(Who.NOBODY, Who.SIGNED_IN),
    **{f"curation-api:entry-{verb}": CURATORS_ACT for verb in ("re-review", "uphold", "retract", "merge")},
    "curation-api:flag-list": EDITORS_READ,
    "curation-api:flag-detail": EDITORS_READ,
    "curation-api:flag-resolve": EDITORS_ACT,
    "curation-api:bulk-list": CURATORS_FORM,
    "curation-api:bulk-detail": CURATORS_READ,
    "curation-api:bulk-rows": CURATORS_READ,
    **{f"curation-api:bulk-{step}": CURATORS_ACT for step in BULK_VERBS},
    "literature-api:import-list": CURATORS_FORM,
    "literature-api:import-detail": CURATORS_READ,
    "literature-api:import-issues": CURATORS_READ,
    "literature-api:import-cancel": CURATORS_ACT,
    "literature-api:import-pause": CURATORS_ACT,
    "literature-api:import-resume": CURATORS_ACT,
    "literature-api:import-retry": CURATORS_ACT,
    "literature-api:import-retry-failed": CURATORS_ACT,
    "literature-api:candidate-list": CURATORS_READ,
    "literature-api:candidate-detail": CURATORS_READ,
    **{f"literature-api:candidate-{step}": CURATORS_ACT for step in ("claim", "release", "reject", "later", "reopen")},
    # libraries
    "account_login": Policy(Who.EVERYONE, Who.EVERYONE),
    "account_signup": Policy(Who.EVERYONE, Who.EVERYONE),
    "account_logout": Policy(Who.EVERYONE, Who.EVERYONE),
    "account_inactive": PUBLIC,
    "account_confirm_email": Policy(Who.EVERYONE, Who.EVERYONE),
    "account_email_verification_sent": PUBLIC,
    "account_reset_password*": Policy(Who.EVERYONE, Who.EVERYONE),
    "account_confirm_login_code": Policy(Who.EVERYONE, Who.EVERYONE),
    "account_*": SIGNED_IN_FORM,
    "mfa_authenticate": Policy(Who.EVERYONE, Who.EVERYONE),
    "mfa_*": SIGNED_IN_FORM,
    "socialaccount_connections": SIGNED_IN_FORM,
    "socialaccount_*": Policy(Who.EVERYONE, Who.EVERYONE),
    "orcid_*": Policy(Who.EVERYONE, Who.EVERYONE),
    # addresses without a name: former ones of a library, and the admin's own redirects
    "": Policy(Who.EVERYONE, Who.EVERYONE),
    "admin:login": Policy(Who.EVERYONE, Who.EVERYONE),
    "admin:logout": Policy(Who.NOBODY, Who.EVERYONE),
    "admin:*": ADMINISTRATORS_FORM,
}


def policy_of(address: Address) -> Policy | None:
    if address.name in POLICIES:
        return POLICIES[address.name]
    prefixes = [name[:-1] for name in POLICIES if name.endswith("*") and address.name.startswith(name[:-1])]
    return POLICIES[max(prefixes, key=len) + "*"] if prefixes else None


def addresses() -> Iterator[Address]:
    """Every address of the site that has a name, plus those without one (told by their route)."""
    yield from _below(get_resolver(), "", "", ())


def _below(resolver: URLResolver, namespace: str, prefix: str, arguments: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        taken = arguments + tuple(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern, inner, route, taken)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name or ''}", route, taken)


# --- things that the addresses are about ------------------------------------------------------


def furnish() -> dict[str, str]:
    """A filled portal; its things by the argument (or ``name.argument``) that names them in an address."""
    published = make_published()
    accession = published.record.accession or ""
    submission = make_submitted()
    make_draft()
    person = UserFactory()
    application = apply_for_role(applicant=applicant(), role=Role.CURATOR, reason="To curate.")
    run = ImportRun.objects.create(file_name="sample.xml", requested_by=submission.submitter)
    doubted = make_published(outcome="metastasis")
    apply_finding(actor=None, finding=make_finding(doubted.reference, RetractionState.EXPRESSION_OF_CONCERN))
    finding = make_finding(doubted.reference)
    candidate = Candidate.objects.create(reference=ReferenceFactory(), run=run)
    search = SavedSearch.objects.create(name="Sample", query="stroma", owner=submission.submitter)
    wished_target = target_wish(submission.submitter)
    load = OntologyLoad.objects.create(file_name="sample.obo", format="OBO", difference=NOTHING_CHANGES)
    table = BulkUpload.objects.create(uploaded_by=submission.submitter, file_name="records.csv", kind="csv")
    wished = wish(submission.submitter)
    comment = make_comment(published.record)
    flag = raise_flag(actor=person, record=published.record, reason="outdated", text="A newer trial says otherwise.")
    term = published.cancers.first()
    release = cut_release(actor=None, note="Sample.")
    write_release()
    pin = pin_query(actor=person, release=release.name, query="", rows=ReleasedEntry.objects.all())
    assert published.target
    assert term
    return {
        "accession": accession,
        "number": "1",
        "release": release.name,
        "path": "data/manifest.json",
        "api:release-detail.name": release.name,
        "catalogue:pin-detail.key": pin.key,
        "curie": published.target.curie,
        "target": published.target.curie,
        "name": published.target.symbol,
        "pk": str(submission.pk),
        "object_id": "1",
        "content_type_id": "1",
        "app_label": "accounts",
        "url": "nowhere",
        "begins": "abcdefgh",
        "key": "abc",
        "uidb36": "1",
        "accounts:person-detail.pk": str(person.pk),
        "accounts:person-role.pk": str(person.pk),
        "accounts:person-active.pk": str(person.pk),
        "accounts:application-grant.pk": str(application.pk),
        "accounts:application-decline.pk": str(application.pk),
        "catalogue:reference-detail.pk": str(published.reference_id),
        "catalogue:reference-detail.number": str(published.reference_id),
        "api:reference-detail.pk": str(published.reference_id),
        "api:term-detail.curie": term.curie,
        "curation:term-request.field": "cell_states",
        **{
            f"{names}:thread-{what}.pk": str(comment.thread_id)
            for names in ("curation", "curation-api")
            for what in ("reply", "detail", "comments", "resolve", "reopen")
        },
        **{
            f"{names}:comment-{what}.pk": str(comment.pk)
            for names in ("curation", "curation-api")
            for what in ("edit", "history", "detail", "withdraw", "hide", "show")
        },
        "curation:retraction-dismiss.pk": str(finding.pk),
        **{
            f"curation:re-review-{what}.accession": doubted.record.accession or ""
            for what in ("detail", "uphold", "retract")
        },
        "literature:reference-detail.pk": str(published.reference_id),
        "literature:reference-edit.pk": str(published.reference_id),
        "literature:reference-nominate.pk": str(published.reference_id),
        **{
            f"{names}-{what}.pk": str(candidate.pk)
            for names in ("literature:triage", "literature-api:candidate")
            for what in ("detail", *TRIAGE_STEPS)
        },
        "literature:reference-refresh.pk": str(published.reference_id),
        "literature:search-edit.pk": str(search.pk),
        "literature:search-run.pk": str(search.pk),
        **{
            f"{names}:flag-{what}.pk": str(flag.pk)
            for names in ("curation", "curation-api")
            for what in ("detail", "resolve")
        },
        "curation:load-touched.pk": str(load.pk),
        **{f"vocabularies:target-{what}.pk": str(published.target.pk) for what in ("edit", "merge")},
        **{f"vocabularies:target-request-{what}.pk": str(wished_target.pk) for what in ("detail", *TARGET_ANSWERS)},
        **{f"curation:bulk-{what}.pk": str(table.pk) for what in ("detail", "rows-csv", "rows-xlsx", *BULK_STEPS)},
        **{
            f"curation-api:bulk-{what}.pk": str(table.pk)
            for what in ("detail", "rows", "check", "drafts", "references")
        },
        **{
            f"vocabularies:term-request-{what}.pk": str(wished.pk)
            for what in ("detail", "approve", "decline", "instead")
        },
        **{f"vocabularies:local-{what}.curie": wished.term.curie for what in ("edit", "retire")},
        **{f"vocabularies:load-{what}.pk": str(load.pk) for what in ("detail", "apply", "discard")},
        **{
            f"{names}:import-{what}.pk": str(run.pk)
            for names in ("literature", "literature-api")
            for what in (
                "detail",
                "report",
                "rows-csv",
                "rows-tsv",
                "issues",
                "pause",
                "resume",
                "cancel",
                "retry",
                "retry-failed",
            )
        },
    }


def applicant() -> User:
    return UserFactory(affiliation="Institute of Examples", orcid="0000-0002-1825-0097")


def path_of(address: Address, samples: dict[str, str]) -> str:
    """A path that the address answers to."""
    values = {name: samples.get(f"{address.name}.{name}", samples.get(name, "1")) for name in address.arguments}
    if address.name and not address.name.endswith(":"):
        with suppress(NoReverseMatch):
            return reverse(address.name, kwargs=values)
    return "/" + re.sub(
        r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], re.sub(r"[\^$]|\(\?P.*\)", "", address.route)
    )
