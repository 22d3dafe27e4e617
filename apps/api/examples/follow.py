# A copy that stays up to date
# Run it as often as you like: it reads only what changed since, tombstones included.
import json
from pathlib import Path
from urllib.request import urlopen

PORTAL = "http://127.0.0.1:8000"
file = Path("catalogue.json")
copy = json.loads(file.read_text()) if file.exists() else {"after": 0, "entries": {}}


def get(path):
    with urlopen(f"{PORTAL}/api/v1/{path}", timeout=60) as answer:
        return json.load(answer)


while changes := get(f"changes/?after={copy['after']}&page_size=1000")["results"]:
    for change in changes:
        accession = change["accession"]
        if change["change"] in ("retracted", "merged"):
            copy["entries"].pop(accession, None)
        else:
            copy["entries"][accession] = get(f"entries/{accession}/versions/{change['version']}/")
        copy["after"] = change["sequence"]
file.write_text(json.dumps(copy))
print(len(copy["entries"]), "entries, up to change", copy["after"])
