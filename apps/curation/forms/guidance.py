"""What the form says around its fields: the sections, and each field's help with an example."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionText:
    title: str
    lead: str


SECTIONS: dict[str, SectionText] = {
    "study": SectionText("Study", "Where the evidence comes from, and in what it was shown."),
    "claim": SectionText("Claim", "What is targeted, where in the tumour, in which cells and in which cancer."),
    "mechanism": SectionText("Mechanism", "How the target works in the tumour microenvironment."),
    "intervention": SectionText("Intervention", "What was done to the target, and with what."),
    "outcome": SectionText("Outcome", "What changed, by how much, and how surely."),
    "evidence": SectionText("Evidence", "What kind of evidence this is, and how strong."),
    "text": SectionText("In words", "What the authors say, and what you make of it."),
}

#: Fields that few records need; they stand folded away until they hold something.
OPTIONAL: dict[str, tuple[str, ...]] = {
    "study": ("nct_ids", "nct_waiver", "stop_reason", "datasets", "cohort_key"),
    "claim": ("cell_states", "tissue", "cancer_stage", "line_of_therapy", "disease_setting"),
    "mechanism": ("process",),
    "intervention": ("comparator",),
    "outcome": (),
    "evidence": (),
    "text": ("marker_panel",),
}

LABELS: dict[str, str] = {
    "effect_value": "Effect, or the whole result as printed",
    "nct_ids": "Trial ids (NCT)",
    "nct_waiver": "Why there is no trial id",
    "author_claim": "What the authors say, word for word",
    "claim_place": "Where it stands",
    "claim_place_detail": "Which figure, table or page",
    "summary": "Your assessment",
    "process": "Biological process",
}

_SEVERAL = "Separate several with “;”."

HELP: dict[str, str] = {
    "reference": "The PMID, DOI or PMCID of an imported reference, such as PMID:25428505.",
    "system": "The system in which this result was shown. One record per system.",
    "species": "The species of the host: human for patients, mouse for a mouse that carries human cells.",
    "immune_competence": "Whether the host’s immune system was intact.",
    "stage": "How far the therapy has come in this study. Choose “Preclinical” for anything before patients.",
    "stop_reason": "Only for a stopped development.",
    "nct_ids": f"ClinicalTrials.gov ids, such as NCT02371369. {_SEVERAL}",
    "nct_waiver": "For a clinical study without a registered trial: say why, such as “retrospective series”.",
    "datasets": f"Public accessions, such as GSE123813 or PRJNA482620. {_SEVERAL}",
    "cohort_key": "A short name for the group of patients or animals, the same in every record on it, so that one "
    "trial counts once, such as “KEYNOTE-240”.",
    "target": "What the therapy acts on: a symbol, name or id, such as CSF1R or HGNC:2433.",
    "compartment": "The part of the tumour in which the target acts.",
    "component": "What the target belongs to there.",
    "cell_types": f"The cells that carry or feel the target, such as macrophage or CL:0000235. {_SEVERAL}",
    "cell_states": f"A finer state of those cells, such as a subtype of fibroblast or macrophage. {_SEVERAL}",
    "cancers": f"The cancers studied, such as pancreatic ductal adenocarcinoma. {_SEVERAL}",
    "cancer_stage": "As the study gives it, such as “stage III–IV” or “locally advanced”.",
    "line_of_therapy": "Such as “first line” or “after platinum”.",
    "disease_setting": "Whether the tumours studied were primary or metastatic.",
    "tissue": "The organ or tissue that was looked at, such as liver.",
    "mechanisms": "Tick all that the evidence speaks to.",
    "role": "Whether the target helps or hinders the tumour in this setting.",
    "process": "A process of the Gene Ontology, where one fits.",
    "intervention": "What was done to the target. Choose “None” for an observation.",
    "therapies": f"The drugs or biologicals used, such as pexidartinib. {_SEVERAL}",
    "therapy_relation": "How the therapies were given: one is single, several are a combination, a "
    "sequence or substitutes.",
    "comparator": "What it was compared with, such as “placebo” or “isotype control antibody”.",
    "outcome": "What was measured. One record per outcome.",
    "change": "What happened to that outcome.",
    "effect_measure": "The kind of number that the study gives.",
    "effect_value": "Such as 0.58; or paste the line, such as “HR 0.58 (95% CI 0.41–0.82), p=0.002, n=120”, “OR 2.1 "
    "[1.3; 3.4]”, “2.5-fold”, “−42%” or “log2FC 1.5”, and its parts go into their fields.",
    "ci_low": "Lower end of the 95% confidence interval, such as 0.41.",
    "ci_high": "Upper end of the 95% confidence interval, such as 0.82.",
    "p_value": "As printed, such as 0.002 or <0.001.",
    "sample_size": "Patients, animals or independent samples in the comparison, such as 120.",
    "evidence_type": "Therapeutic: a therapy helps. Predictive: the target tells who responds. Prognostic: it tells "
    "the course without therapy.",
    "direction": "Whether the result speaks for the claim.",
    "level": "A to C are clinical, D and E are not. A review article carries no level.",
    "quality": "Tick what you can confirm from the paper.",
    "attribution": "How surely the effect comes from this target in these cells.",
    "methods": f"How it was shown, such as immunohistochemistry evidence or ECO:0001055. {_SEVERAL}",
    "author_claim": "Copy one span of at most 600 characters from the paper, unchanged.",
    "claim_place": "Where the span stands in the paper.",
    "claim_place_detail": "Such as “Figure 3B” or “page 1184”.",
    "summary": "Two to four sentences in your own words: what was found, in whom, and how far it can be trusted.",
    "marker_panel": "The markers that define the cell state, such as “CD163+ MARCO+”.",
}  # fmt: skip
