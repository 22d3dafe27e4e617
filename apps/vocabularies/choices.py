"""The controlled value lists of the domain: one home for their codes and their wording.

Codes are stored and published; labels are shown. A code is never reused for another meaning.
"""

from django.db.models import TextChoices


class TargetKind(TextChoices):
    GENE = "gene", "Gene or protein"
    COMPLEX = "complex", "Complex"
    LIGAND_RECEPTOR = "ligand_receptor", "Ligand–receptor pair"
    GENE_FAMILY = "gene_family", "Gene family"
    PATHWAY = "pathway", "Pathway"
    METABOLITE = "metabolite", "Metabolite"
    ECM_COMPONENT = "ecm_component", "Extracellular-matrix component"
    CELL_POPULATION = "cell_population", "Cell population"
    PHYSICAL_STATE = "physical_state", "Physical state"


class TargetClass(TextChoices):
    """What a target is to the tumour microenvironment; also the classes of a mechanism."""

    IMMUNE_CHECKPOINT = "immune_checkpoint", "Immune checkpoint"
    COSTIMULATION = "costimulation", "Costimulation"
    SIGNALLING_PATHWAY = "signalling_pathway", "Signalling pathway"
    STROMAL_COMPONENT = "stromal_component", "Stromal component"
    VASCULATURE = "vasculature", "Vasculature"
    LYMPHATIC = "lymphatic", "Lymphatic"
    EXTRACELLULAR_MATRIX = "extracellular_matrix", "Extracellular matrix"
    CYTOKINE_CHEMOKINE = "cytokine_chemokine", "Cytokine or chemokine"
    MYELOID = "myeloid", "Myeloid"
    LYMPHOID = "lymphoid", "Lymphoid"
    HYPOXIA = "hypoxia", "Hypoxia"
    METABOLISM_ACIDOSIS = "metabolism_acidosis", "Metabolism or acidosis"
    ANTIGEN_PRESENTATION = "antigen_presentation", "Antigen presentation"
    ADHESION_EMT = "adhesion_emt", "Adhesion or EMT"
    NEURAL = "neural", "Neural"
    MICROBIOME = "microbiome", "Microbiome"
    OTHER = "other", "Other"


class Compartment(TextChoices):
    TUMOUR_CORE = "tumour_core", "Tumour core"
    INVASIVE_MARGIN = "invasive_margin", "Invasive margin"
    STROMA = "stroma", "Stroma"
    VASCULATURE = "vasculature", "Vasculature"
    TERTIARY_LYMPHOID_STRUCTURE = "tertiary_lymphoid_structure", "Tertiary lymphoid structure"
    DRAINING_LYMPH_NODE = "draining_lymph_node", "Draining lymph node"
    METASTATIC_NICHE = "metastatic_niche", "Metastatic niche"
    EFFUSION = "effusion", "Effusion"
    CIRCULATION = "circulation", "Circulation"


class Component(TextChoices):
    IMMUNE_CELLS = "immune_cells", "Immune cells"
    FIBROBLASTS = "fibroblasts", "Fibroblasts"
    BLOOD_VESSELS = "blood_vessels", "Blood vessels"
    LYMPHATIC_VESSELS = "lymphatic_vessels", "Lymphatic vessels"
    EXTRACELLULAR_MATRIX = "extracellular_matrix", "Extracellular matrix"
    NERVE = "nerve", "Nerve"
    ADIPOSE = "adipose", "Adipose"
    MALIGNANT_CELLS = "malignant_cells", "Malignant cells"
    ACELLULAR = "acellular", "Acellular"


class DiseaseSetting(TextChoices):
    PRIMARY = "primary", "Primary"
    METASTATIC = "metastatic", "Metastatic"
    BOTH = "both", "Primary and metastatic"


class TargetRole(TextChoices):
    PRO_TUMOUR = "pro_tumour", "Pro-tumour"
    ANTI_TUMOUR = "anti_tumour", "Anti-tumour"
    DUAL = "dual", "Dual"
    UNKNOWN = "unknown", "Unknown"


class Intervention(TextChoices):
    NONE = "none", "None"
    INHIBIT = "inhibit", "Inhibit"
    ACTIVATE = "activate", "Activate"
    DEPLETE = "deplete", "Deplete"
    REPROGRAMME = "reprogramme", "Reprogramme"
    BLOCK_RECRUITMENT = "block_recruitment", "Block recruitment"
    NORMALISE = "normalise", "Normalise"
    DEGRADE = "degrade", "Degrade"
    DELIVER = "deliver", "Deliver"


class TherapyRelation(TextChoices):
    SINGLE = "single", "Single"
    COMBINATION = "combination", "Combination"
    SEQUENTIAL = "sequential", "Sequential"
    SUBSTITUTES = "substitutes", "Substitutes"


class Outcome(TextChoices):
    OVERALL_SURVIVAL = "overall_survival", "Overall survival"
    PROGRESSION_FREE_SURVIVAL = "progression_free_survival", "Progression-free survival"
    RESPONSE_RATE = "response_rate", "Response rate"
    TUMOUR_GROWTH = "tumour_growth", "Tumour growth"
    METASTASIS = "metastasis", "Metastasis"
    IMMUNE_INFILTRATION = "immune_infiltration", "Immune infiltration"
    CELL_FUNCTION = "cell_function", "Cell function"
    PERFUSION_PERMEABILITY = "perfusion_permeability", "Perfusion or permeability"
    MATRIX_REMODELLING = "matrix_remodelling", "Matrix remodelling"
    THERAPY_RESISTANCE = "therapy_resistance", "Therapy resistance"
    TOXICITY = "toxicity", "Toxicity"
    TARGET_EXPRESSION = "target_expression", "Target expression"


class Change(TextChoices):
    INCREASED = "increased", "Increased"
    DECREASED = "decreased", "Decreased"
    UNCHANGED = "unchanged", "Unchanged"


class EffectMeasure(TextChoices):
    HAZARD_RATIO = "HR", "Hazard ratio (HR)"
    ODDS_RATIO = "OR", "Odds ratio (OR)"
    RELATIVE_RISK = "RR", "Relative risk (RR)"
    FOLD_CHANGE = "fold_change", "Fold change"
    PERCENT = "percent", "Per cent"
    OTHER = "other", "Other"


class EvidenceType(TextChoices):
    THERAPEUTIC = "therapeutic", "Therapeutic"
    PREDICTIVE = "predictive", "Predictive"
    PROGNOSTIC = "prognostic", "Prognostic"
    MECHANISTIC = "mechanistic", "Mechanistic"
    LOCALISATION = "localisation", "Localisation"
    RESISTANCE = "resistance", "Resistance"
    SAFETY = "safety", "Safety"


class Direction(TextChoices):
    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"
    NO_EFFECT = "no_effect", "No effect"
    INCONCLUSIVE = "inconclusive", "Inconclusive"


class Level(TextChoices):
    A = "A", "A · approval, phase III or meta-analysis"
    B = "B", "B · phase I–II or prospective"
    C = "C", "C · retrospective or case series"
    D1 = "D1", "D1 · causal in vivo or fresh patient tissue"
    D2 = "D2", "D2 · causal organoid or co-culture"
    E = "E", "E · correlative or in silico"


class Quality(TextChoices):
    """The five yes/no questions of the quality checklist."""

    CONTROLS = "controls", "Appropriate controls"
    ADEQUATE_N = "adequate_n", "Adequate sample size"
    REPLICATION = "replication", "Replicated"
    ORTHOGONAL_METHOD = "orthogonal_method", "Confirmed by an orthogonal method"
    EFFECT_WITH_INTERVAL = "effect_with_interval", "Effect given with an interval"


class FlagReason(TextChoices):
    """Why a reader flags a published entry."""

    MISREAD = "misread", "The evidence is misread"
    PUBLICATION = "publication", "The publication is retracted or corrected"
    WRONG_TERM = "wrong_term", "Wrong target, cell or cancer"
    DUPLICATE = "duplicate", "The same is recorded twice"
    OUTDATED = "outdated", "Outdated"
    OTHER = "other", "Something else"


class Attribution(TextChoices):
    """How surely the effect is that of the target in the named cells (preclinical, then clinical)."""

    CELL_SPECIFIC = "cell_specific", "Cell-specific manipulation"
    SYSTEMIC_CELL_READOUT = "systemic_cell_readout", "Systemic, with a cell read-out"
    BULK = "bulk", "Bulk measurement"
    INFERRED = "inferred", "Inferred"
    SELECTIVE_TME_READOUT = "selective_tme_readout", "Selective agent with a TME read-out"
    SELECTIVE = "selective", "Selective agent"
    MULTI_TARGET = "multi_target", "Multi-target agent"
    BIOMARKER_ONLY = "biomarker_only", "Biomarker only"


class System(TextChoices):
    PATIENT = "patient", "Patient"
    EX_VIVO_PATIENT_TISSUE = "ex_vivo_patient_tissue", "Ex vivo patient tissue"
    PDX = "pdx", "Patient-derived xenograft"
    HUMANISED_MOUSE = "humanised_mouse", "Humanised mouse"
    SYNGENEIC = "syngeneic", "Syngeneic model"
    GEMM = "gemm", "Genetically engineered mouse model"
    ORGANOID = "organoid", "Organoid"
    CO_CULTURE = "co_culture", "Co-culture"
    MONOCULTURE = "monoculture", "Monoculture"
    IN_SILICO = "in_silico", "In silico"


class ImmuneCompetence(TextChoices):
    COMPETENT = "competent", "Immunocompetent"
    DEFICIENT = "deficient", "Immunodeficient"
    HUMANISED = "humanised", "Humanised"
    ADOPTIVE_TRANSFER = "adoptive_transfer", "Adoptive transfer"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Stage(TextChoices):
    PRECLINICAL = "preclinical", "Preclinical"
    PHASE_1 = "phase_1", "Phase I"
    PHASE_1_2 = "phase_1_2", "Phase I/II"
    PHASE_2 = "phase_2", "Phase II"
    PHASE_2_3 = "phase_2_3", "Phase II/III"
    PHASE_3 = "phase_3", "Phase III"
    APPROVED = "approved", "Approved"
    WITHDRAWN = "withdrawn", "Withdrawn"
    STOPPED = "stopped", "Stopped"


class StopReason(TextChoices):
    FUTILITY = "futility", "Futility"
    SAFETY = "safety", "Safety"
    SPONSOR = "sponsor", "Sponsor's decision"
    RECRUITMENT = "recruitment", "Slow recruitment"
    OTHER = "other", "Other"


class ClaimPlace(TextChoices):
    ABSTRACT = "abstract", "Abstract"
    FIGURE = "figure", "Figure"
    TABLE = "table", "Table"
    PAGE = "page", "Page"


class Vocabulary(TextChoices):
    """Which field of a record a term may stand in; ``OTHER`` in none, such terms only lie above others."""

    CELL_TYPE = "cell_type", "Cell type"
    CELL_STATE = "cell_state", "Cell state"
    CANCER = "cancer", "Cancer"
    TISSUE = "tissue", "Tissue"
    METHOD = "method", "Method"
    THERAPY = "therapy", "Therapy"
    SPECIES = "species", "Species"
    PROCESS = "process", "Biological process"
    OTHER = "other", "Something else"


class TermStatus(TextChoices):
    APPROVED = "approved", "Approved"
    PENDING = "pending", "Pending"
    DECLINED = "declined", "Declined"


class RequestState(TextChoices):
    """Of a request for a new term or target. ``INSTEAD``: what is meant exists already, under another id."""

    OPEN = "open", "Awaiting a decision"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    INSTEAD = "instead", "Exists already"


#: How the ids of our own terms begin, where no ontology has what is needed.
LOCAL_PREFIX = {
    Vocabulary.CELL_TYPE: "TMECT",
    Vocabulary.CELL_STATE: "TMECS",
    Vocabulary.CANCER: "TMECA",
    Vocabulary.TISSUE: "TMETI",
    Vocabulary.METHOD: "TMEME",
    Vocabulary.THERAPY: "TMETX",
    Vocabulary.SPECIES: "TMESP",
    Vocabulary.PROCESS: "TMEBP",
}
LOCAL_PREFIXES = frozenset(LOCAL_PREFIX.values())

#: Ids below this number are for the terms that the portal ships with.
FIRST_LOCAL_NUMBER = 100_001

#: Of which vocabularies the parents of such a term are. Not named: of its own.
PARENTS_FROM = {Vocabulary.CELL_STATE: (Vocabulary.CELL_TYPE, Vocabulary.CELL_STATE)}

#: Where no hierarchy may be at hand to hang a new term into.
PARENT_OPTIONAL = frozenset({Vocabulary.THERAPY, Vocabulary.SPECIES})


VOCABULARY_OF_PREFIX = {
    "CL": Vocabulary.CELL_TYPE,
    "DOID": Vocabulary.CANCER,
    "MONDO": Vocabulary.CANCER,
    "ONCOTREE": Vocabulary.CANCER,
    "UBERON": Vocabulary.TISSUE,
    "ECO": Vocabulary.METHOD,
    "CHEMBL": Vocabulary.THERAPY,
    "NCIT": Vocabulary.THERAPY,
    "CHEBI": Vocabulary.THERAPY,
    "NCBITaxon": Vocabulary.SPECIES,
    "GO": Vocabulary.PROCESS,
    **{prefix: vocabulary for vocabulary, prefix in LOCAL_PREFIX.items()},
}
