"""Which venues publish preprints."""

SERVERS = {
    *("arxiv", "authorea", "biorxiv", "chemrxiv", "medrxiv", "osf preprints", "peerj preprints", "preprints"),
    *("preprints.org", "psyarxiv", "res sq", "research square", "ssrn", "ssrn electronic journal", "techrxiv"),
}


def is_server(venue: str) -> bool:
    """``venue`` may go on after a full stop, as in “bioRxiv. 2021 Mar 3.” or “Res Sq. [Preprint]”."""
    name = venue.lower().strip()
    return name in SERVERS or name.split(". ")[0].rstrip(".") in SERVERS
