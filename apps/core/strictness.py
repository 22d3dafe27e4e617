"""Bodies and queries of the API in which a typing error is never silently ignored."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know, by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(map(str, set(data) - set(self.fields)))):
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail("There is no such field.", code="unknown") for name in unknown}
            )
        return super().to_internal_value(data)
