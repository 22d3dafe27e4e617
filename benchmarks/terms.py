"""Terms for the benchmark of the picker: invented, always the same for the same number, worded as ontologies are.

Few words are in very many names (“cell”, “of”, “carcinoma”), most are in few: as in the real ones, the
first letters of a common word are the hardest thing to look for.
"""

import random
from collections.abc import Iterator
from typing import Any

KINDS = {
    "cell_type": ("CL", ["cell", "macrophage", "fibroblast", "neuron", "lymphocyte", "monocyte", "progenitor cell"]),
    "tissue": ("UBERON", ["epithelium", "artery", "vein", "nerve", "muscle", "gland", "ligament", "mucosa"]),
    "cancer": ("DOID", ["carcinoma", "adenocarcinoma", "sarcoma", "lymphoma", "neoplasm", "melanoma", "leukaemia"]),
    "process": ("GO", ["differentiation", "regulation", "biosynthetic process", "transport", "signalling pathway"]),
}
PLACES = [
    "lung", "liver", "kidney", "colon", "stomach", "pancreas", "skin", "bone marrow", "lymph node", "spleen",
    "brain", "retina", "breast", "ovary", "prostate", "bladder", "thyroid gland", "oesophagus", "heart", "thymus",
]  # fmt: skip
QUALITIES = [
    "activated", "mature", "immature", "alpha-beta", "gamma-delta", "peripheral", "naive", "effector", "memory",
    "regulatory", "cortical", "papillary", "squamous", "invasive", "primary", "benign", "left", "right", "anterior",
    "posterior", "medial", "lateral", "superficial", "deep", "stromal", "vascular", "endothelial", "interstitial",
]  # fmt: skip
_SYLLABLES = ["ba", "cro", "dy", "fen", "gli", "hem", "jun", "kra", "lym", "mor", "nex", "oph", "pla", "quo", "ros",
              "stel", "tri", "umb", "ver", "xan", "yel", "zon"]  # fmt: skip


def term(number: int) -> dict[str, Any]:
    """The fields of one term."""
    chance = random.Random(number)
    vocabulary = chance.choices(list(KINDS), weights=[4, 3, 2, 1])[0]
    prefix, nouns = KINDS[vocabulary]
    noun, place = chance.choice(nouns), chance.choice(PLACES)
    quality, rare = " ".join(chance.sample(QUALITIES, k=2)), _rare(chance)
    label = f"{rare}-positive, {quality} {noun} of {place}"
    return {
        "curie": f"{prefix}:{number:07d}",
        "vocabulary": vocabulary,
        "label": label,
        "synonyms": [f"{rare} {noun}", f"{place} {noun}, {quality}", f"{quality} {rare}{number % 97}"][: number % 4],
        "definition": f"A {noun} of the {place} that is {quality} and bears {rare}. {' '.join(QUALITIES[:12])}.",
    }


def terms(count: int) -> Iterator[dict[str, Any]]:
    return (term(number) for number in range(1, count + 1))


def _rare(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=3))
