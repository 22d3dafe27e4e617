"""What people type into the picker, by kind; always the same."""

import random

from . import terms

Query = dict[str, str]


def queries(count: int) -> dict[str, list[Query]]:
    """Some queries of each kind, about terms that ``terms.terms(count)`` gives."""
    chance = random.Random(count)
    some = [terms.term(chance.randint(1, count)) for _ in range(12)]
    named = [one for one in map(terms.term, chance.sample(range(1, count), 60)) if one["synonyms"]][:12]
    begun = ["c", "ce", "cel", "cell", "macr", "carcinoma", "re", "left", "of", "pos", "t", "bone ma"]
    typed = {
        "prefix": [*begun, *(one["label"][:4] for one in some)],
        "label": [one["label"] for one in some],
        "synonym": [one["synonyms"][0] for one in named],
        "id": [*(one["curie"] for one in some), "CL:", "cl:000", "UBERON:00012", "0000123"],
        "several words": [
            "cell of lung",
            "left deep of",
            "t cell lung",
            *(_shuffled(one["label"], chance) for one in some),
        ],
        "mistyped": [
            *(_mistyped(one["label"], chance) for one in some),
            "macrofage",
            "carcinmoa of",
            "lymphocite lung",
        ],
        "nonsense": ["qwzrtyk", "plovfix brumm", "xxxxxxxx", "a b c d e f g", "%%%", "cell qwzrtyk"],
    }
    return {
        kind: [query for text in texts for query in ({"q": text}, {"q": text, "vocabulary": "cell_type"})]
        for kind, texts in typed.items()
    }


def _shuffled(label: str, chance: random.Random) -> str:
    words = label.replace(",", "").split()
    return " ".join(chance.sample(words, k=3))


def _mistyped(label: str, chance: random.Random) -> str:
    """The longest word with two neighbouring letters swapped."""
    word = max(label.replace("-", " ").replace(",", " ").split(), key=len)
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
