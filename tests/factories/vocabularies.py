"""Terms and targets for tests."""

import factory

from apps.vocabularies.choices import Component, TargetClass, Vocabulary
from apps.vocabularies.models import Target, TargetRequest, Term, TermRequest
from apps.vocabularies.services import request_target, request_term
from apps.vocabularies.sources import LocalTerm, TargetData


class TermFactory(factory.django.DjangoModelFactory):
    """A cell type; ``parents=[…]`` hangs it below other terms."""

    class Meta:
        model = Term
        skip_postgeneration_save = True

    curie = factory.Sequence(lambda n: f"CL:{9000000 + n}")
    vocabulary = Vocabulary.CELL_TYPE
    label = factory.Sequence(lambda n: f"cell type {n}")

    @factory.post_generation
    def parents(self, create, extracted, **kwargs):
        if create and extracted:
            self.parents.set(extracted)


class CancerFactory(TermFactory):
    curie = factory.Sequence(lambda n: f"DOID:{9000000 + n}")
    vocabulary = Vocabulary.CANCER
    label = factory.Sequence(lambda n: f"carcinoma {n}")


class TherapyFactory(TermFactory):
    curie = factory.Sequence(lambda n: f"CHEMBL:CHEMBL{9000000 + n}")
    vocabulary = Vocabulary.THERAPY
    label = factory.Sequence(lambda n: f"drug {n}")


class MethodFactory(TermFactory):
    curie = factory.Sequence(lambda n: f"ECO:{9000000 + n}")
    vocabulary = Vocabulary.METHOD
    label = factory.Sequence(lambda n: f"assay {n}")


class SpeciesFactory(TermFactory):
    curie = factory.Sequence(lambda n: f"NCBITaxon:{9000000 + n}")
    vocabulary = Vocabulary.SPECIES
    label = factory.Sequence(lambda n: f"species {n}")


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target
        skip_postgeneration_save = True

    curie = factory.Sequence(lambda n: f"HGNC:{900000 + n}")
    symbol = factory.Sequence(lambda n: f"GENE{n}")
    name = factory.Sequence(lambda n: f"gene number {n}")
    classes = factory.LazyFunction(lambda: [TargetClass.IMMUNE_CHECKPOINT])
    components = factory.LazyFunction(lambda: [Component.IMMUNE_CELLS])


def said(**changes) -> LocalTerm:
    """What a person says of a cell state that hangs below the fibroblast."""
    Term.objects.get_or_create(curie="CL:0000057", defaults={"label": "fibroblast", "vocabulary": Vocabulary.CELL_TYPE})
    words = {
        "vocabulary": "cell_state",
        "label": "LRRC15-positive fibroblast",
        "definition": "A fibroblast with LRRC15 on its surface.",
        "parents": ("CL:0000057",),
    }
    return LocalTerm(**(words | changes))


def wish(person, **changes) -> TermRequest:
    """A request for such a term."""
    return request_term(actor=person, said=said(**changes), reason="A paper is about them.")


def target_wish(person, **changes) -> TargetRequest:
    """A request for a target that nobody has."""
    words = {"curie": "", "kind": "physical_state", "symbol": "Stiffness", "name": "tissue stiffness"}
    values = words | {"classes": ("extracellular_matrix",)} | changes
    return request_target(actor=person, said=TargetData(**values), reason="A paper is about it.")
