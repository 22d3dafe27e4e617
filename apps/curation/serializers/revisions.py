"""The shapes of revisions in the API: what they change, who changed what, and how to bring them up to date."""

from typing import Any

from rest_framework import serializers

from apps.core.strictness import StrictSerializer

from ..content import PARTS
from ..differences import Wording
from ..merging import Changed, Part, Side
from ..services.versions import Revision


class RebaseSerializer(StrictSerializer):
    """Whose value each part takes that both sides changed; ``onto`` and ``edit_count`` are what you saw."""

    choices = serializers.DictField(
        child=serializers.ChoiceField(choices=[side.value for side in Side]),
        required=False,
        default=dict,
        help_text=f"By the name of the part: {', '.join(PARTS)}. Lists alone can be both.",
    )
    onto = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    edit_count = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class ValueSerializer(serializers.Serializer):
    """One value of a field: known by ``key``, read by ``text``."""

    key = serializers.CharField()
    text = serializers.CharField()


class ChangedFieldSerializer(serializers.Serializer):
    """A field that differs. ``words`` is filled for prose: pairs of how (``""``, ``-``, ``+``) and text."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    removed = ValueSerializer(many=True)
    added = ValueSerializer(many=True)
    kept = ValueSerializer(many=True)
    words = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))


class PartSerializer(serializers.Serializer):
    """Fields that are taken as one: changed by you (``mine``), by what was published since (``theirs``), by both
    alike (``same``) or differently (``conflict``)."""

    name = serializers.CharField()
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    changed = serializers.ChoiceField(choices=[changed.value for changed in Changed])
    sides = serializers.ListField(child=serializers.ChoiceField(choices=[side.value for side in Side]))

    def get_fields(self) -> dict[str, serializers.Field]:
        return dict(self._declared_fields)

    def to_representation(self, instance: Part) -> dict[str, Any]:
        return {
            "name": instance.name,
            "fields": list(instance.fields),
            "changed": instance.changed.value,
            "sides": [side.value for side in instance.sides],
        }


class RevisionSerializer(serializers.Serializer):
    """A revision beside the versions of its entry; ``parts`` tells who changed what where the entry moved on."""

    based_on = serializers.IntegerField()
    current = serializers.IntegerField()
    moved_on = serializers.BooleanField()
    differences = ChangedFieldSerializer(many=True)
    parts = PartSerializer(many=True)

    def to_representation(self, instance: Revision) -> dict[str, Any]:
        wording = Wording(instance.base, instance.mine)
        differences = wording.compare(instance.base, instance.mine, instance.changed)
        return {
            "based_on": instance.based_on,
            "current": instance.current,
            "moved_on": instance.moved_on,
            "differences": ChangedFieldSerializer(differences, many=True).data,
            "parts": PartSerializer(instance.parts if instance.moved_on else [], many=True).data,
        }
