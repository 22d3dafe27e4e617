"""The formats an answer may have. Documents are stored ready, so nothing is rendered here but errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.catalogue.document import to_json
from apps.catalogue.formats import Stream


class StoredRenderer(BaseRenderer):
    """Passes text through; anything else becomes JSON."""

    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        return (data if isinstance(data, str) else to_json(data)).encode()


class JsonRenderer(StoredRenderer):
    media_type, format = "application/json", "json"


class LinkedRenderer(StoredRenderer):
    media_type, format = "application/ld+json", "jsonld"


class LinesRenderer(StoredRenderer):
    media_type, format = "application/x-ndjson", "ndjson"


class TableRenderer(StoredRenderer):
    media_type, format = "text/tab-separated-values", "tsv"


class YamlRenderer(StoredRenderer):
    media_type, format = "application/yaml", "yaml"


def stream_renderer(stream: Stream) -> type[StoredRenderer]:
    """Stands for a format of downloads, which the view writes itself; errors become JSON."""
    name = f"{stream.name.capitalize()}StreamRenderer"
    return type(name, (StoredRenderer,), {"media_type": stream.media_type, "format": stream.name})


class Negotiation(DefaultContentNegotiation):
    """``?format=`` or ``Accept``; what cannot be served is a 406 that names what can."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        wanted = request.query_params.get("format", "")
        offered = ", ".join(str(renderer.format) for renderer in renderers)
        if wanted and wanted not in {renderer.format for renderer in renderers}:
            raise NotAcceptable(f"format: “{wanted[:40]}” is not served here; choose {offered}.")
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            raise NotAcceptable(f"None of the media types accepted is served here; choose ?format={offered}.") from None
