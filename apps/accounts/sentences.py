"""Events in plain words. Pure: verbs and kinds of objects are only names here."""

#: Verb → what was done, for every kind of object alike.
_DONE = {
    "amend": "corrected by hand",
    "apply": "applied",
    "apply_for_role": "applied for a role",
    "approve": "approved",
    "approved": "approved",
    "cancel": "cancelled",
    "change search": "changed",
    "claim": "claimed",
    "close_account": "closed the account",
    "create": "created",
    "create_person": "created the account",
    "curate": "curated",
    "decline_application": "declined",
    "declined": "declined",
    "discard": "discarded",
    "disconnect_orcid": "removed the connection with ORCID",
    "dismiss": "dismissed",
    "edit": "edited",
    "end_re_review": "ended the re-review",
    "expire": "let the claim lapse",
    "export_audit": "exported the audit log",
    "find": "found",
    "flag": "raised a flag",
    "follow": "followed a merge",
    "forget": "removed the stored file",
    "grant_application": "granted",
    "grant_role": "granted a role",
    "lose_orcid": "lost an ORCID iD that another account confirmed",
    "make_conflict_statement": "made a conflict-of-interest statement",
    "make_token": "made an API token",
    "merge": "merged",
    "nominate": "put forward for triage",
    "note": "wrote a note",
    "open_account": "opened the account again",
    "preview": "compared",
    "re_review": "put under re-review",
    "reject": "rejected",
    "release": "returned to the queue",
    "remove_authenticators": "removed the two-step sign-in",
    "rename": "renamed after the gene nomenclature",
    "reopen": "put back",
    "request": "asked for",
    "request_changes": "asked for changes",
    "resolve": "decided",
    "resolve_flag": "answered a flag",
    "retire": "retired",
    "retract": "retracted",
    "retry failed rows": "asked to read the failed rows again",
    "revoke_token": "revoked an API token",
    "save search": "saved",
    "screen": "screened by two",
    "seed": "published from the seeds",
    "send": "sent",
    "set_role": "set the role",
    "start": "started",
    "submit": "submitted",
    "take_over": "took over what was merged into it",
    "update": "changed",
    "update_profile": "changed the profile",
    "verify_orcid": "confirmed the ORCID iD",
    "vote": "voted",
    "withdraw": "withdrew",
}
#: Where the same verb means something else.
_DONE_TO = {
    ("conflictstatement", "make_conflict_statement"): "made the statement",
    ("importrun", "request"): "requested the import",
    ("submission", "approve"): "approved and published",
    ("submission", "submit"): "submitted for review",
    ("submission", "start"): "started as a draft",
    ("target", "request"): "asked for the target",
    ("term", "request"): "asked for the term",
}
_KINDS = {
    "bulkupload": "table",
    "candidate": "candidate",
    "conflictstatement": "conflict-of-interest statement",
    "flag": "flag",
    "importrun": "import",
    "ontologyload": "vocabulary load",
    "record": "record",
    "reference": "reference",
    "retractionfinding": "finding",
    "roleapplication": "application for a role",
    "savedsearch": "saved search",
    "submission": "submission",
    "target": "target",
    "term": "term",
    "user": "person",
}


def done(kind: str, verb: str) -> str:
    """What ``verb`` did to an object of this kind: “asked for changes”."""
    plain = verb.rpartition(".")[2]
    return _DONE_TO.get((kind, plain)) or _DONE.get(plain) or plain.replace("_", " ")


def kind_in_words(kind: str) -> str:
    return _KINDS.get(kind, kind.replace("_", " "))
