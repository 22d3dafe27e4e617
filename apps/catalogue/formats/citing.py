"""How a release is cited, described to registries (DataCite, schema.org/Bioschemas) and told from the one before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_ABOUT = (
    "Targets in the tumour microenvironment with the evidence for and against them, entry by entry: submitted by "
    "curators, reviewed by editors who had no part in it, published in numbered versions."
)
_SUBJECTS = ("tumour microenvironment", "drug targets", "cancer biology", "evidence curation")
_KINDS = {
    "added": "new",
    "revised": "in a new version",
    "updated": "in the same version, with something that has happened since (such as a re-review)",
    "retracted": "retracted",
    "merged": "merged into another one",
}
_BIOSCHEMAS = "https://bioschemas.org/profiles/Dataset/1.0-RELEASE"


def title(release: Mapping[str, Any]) -> str:
    return f"{release['publisher']}, release {release['name']}"


def citation(release: Mapping[str, Any]) -> str:
    cut_at: datetime = release["cut_at"]
    entries = f"{release['entry_count']:,} entries"
    return f"{title(release)} ({cut_at.day} {cut_at:%B %Y}, {entries}). Data set. {release['url']}"


def changelog(release: Mapping[str, Any]) -> str:
    """The changelog in Markdown; the single entries stand in ``changes.ndjson``."""
    since = f" since release {release['previous']}" if release["previous"] else ""
    lines = [f"# {title(release)}", "", release["note"] or "No note.", "", f"{release['entry_count']:,} entries."]
    if not release["previous"]:
        return "\n".join([*lines, "", "The first release: every entry is new.", ""])
    changed = [f"* {count:,} {_KINDS[kind]}" for kind, count in release["changes"].items() if count]
    lines += ["", f"## What changed{since}", "", *(changed or ["* only the ontologies around the entries"])]
    return "\n".join([*lines, "", "`changes.ndjson` names each entry.", ""])


def datacite(release: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata that DataCite asks for (schema 4.5) before it gives a DOI; the DOI itself is not ours to make up."""
    cut_at: datetime = release["cut_at"]
    before = release["url"].replace(f"/{release['name']}/", f"/{release['previous']}/")
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Release"},
        "creators": [{"name": release["publisher"], "nameType": "Organizational"}],
        "titles": [{"title": title(release)}],
        "publisher": {"name": release["publisher"]},
        "publicationYear": cut_at.year,
        "version": release["name"],
        "url": release["url"],
        "dates": [{"date": f"{cut_at:%Y-%m-%d}", "dateType": "Issued"}],
        "language": "en",
        "subjects": [{"subject": subject} for subject in _SUBJECTS],
        "sizes": [f"{release['entry_count']} entries"],
        "rightsList": [
            {
                "rights": release["licence"],
                "rightsUri": release["licence_url"],
                "rightsIdentifier": release["licence"],
                "rightsIdentifierScheme": "SPDX",
            }
        ],
        "descriptions": [{"description": _ABOUT, "descriptionType": "Abstract"}],
        "relatedIdentifiers": [
            {"relatedIdentifier": before, "relatedIdentifierType": "URL", "relationType": "IsNewVersionOf"}
        ]
        if release["previous"]
        else [],
    }


def dataset(release: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The release as a schema.org ``Dataset`` after the profile of Bioschemas."""
    cut_at: datetime = release["cut_at"]
    organization = {"@type": "Organization", "name": release["publisher"], "url": release["url"].split("/releases/")[0]}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": release["url"],
        "http://purl.org/dc/terms/conformsTo": {"@type": "CreativeWork", "@id": _BIOSCHEMAS},
        "name": title(release),
        "description": _ABOUT,
        "identifier": release["url"],
        "url": release["url"],
        "version": release["name"],
        "keywords": list(_SUBJECTS),
        "license": release["licence_url"],
        "datePublished": f"{cut_at:%Y-%m-%d}",
        "isAccessibleForFree": True,
        "citation": release["citation"],
        "creator": organization,
        "publisher": organization,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one["path"],
                "contentUrl": f"{release['url']}files/{one['path']}",
                "encodingFormat": one["media_type"],
                "contentSize": str(one["bytes"]),
                "sha256": one["sha256"],
            }
            for one in files
        ],
    }
