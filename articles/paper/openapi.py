"""The API described for programs, in OpenAPI 3.1."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.conf import settings

from articles.kinds import Kind
from articles.models.paper import Paper
from articles.paper.ninjs import STANDARD

Said = dict[str, Any]
MOMENT = "A day, from its beginning in the paper's time zone, or a moment such as 2026-05-03T12:00:00Z."
FILTERS: list[tuple[str, str, Said]] = [
    ("section", "The slug of a section.", {"type": "string"}),
    ("author", "The slug of somebody in the byline.", {"type": "string"}),
    ("tag", "The slug of a tag.", {"type": "string"}),
    ("kind", "What the story is.", {"type": "string", "enum": list(Kind.values)}),
    ("language", "The language it is written in, as BCP 47 has it.", {"type": "string"}),
    ("since", f"First published at that moment or later. {MOMENT}", {"type": "string"}),
    ("until", f"First published before that moment. {MOMENT}", {"type": "string"}),
    ("before", "Where the page before ended; taken from `next`.", {"type": "string"}),
]


def description(paper: Paper) -> Said:
    """Everything that the API answers. https://spec.openapis.org/oas/v3.1.1"""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": f"Stories of {paper.name}",
            "version": "1.0.0",
            "summary": "What readers have, in ninjs.",
            "description": "Read only. Within /api/v1/ nothing that is described here is taken away or changes its "
            "meaning; fields and filters may be added.",
        },
        "servers": [{"url": f"{settings.SITE_URL}/api/v1"}],
        "paths": {
            "/": {"get": _get("entrance", "Where what is, and the sections.", {"type": "object"})},
            "/openapi.json": {"get": _get("description", "This description.", {"type": "object"})},
            "/stories/": {
                "get": _get(
                    "stories",
                    "Stories, the newest first, twenty at a time.",
                    {"$ref": "#/components/schemas/Stories"},
                    parameters=[
                        {"name": name, "in": "query", "description": words, "schema": schema}
                        for name, words, schema in FILTERS
                    ],
                    refusals={"400": "A filter that is unknown, or cannot be that.", "404": "No page begins there."},
                )
            },
            "/stories/{uid}/": {
                "get": _get(
                    "story",
                    "One story.",
                    {"$ref": "#/components/schemas/Story"},
                    parameters=[
                        {
                            "name": "uid",
                            "in": "path",
                            "required": True,
                            "description": "What stands behind `urn:uuid:` in the story's `uri`.",
                            "schema": {"type": "string", "format": "uuid"},
                        }
                    ],
                    refusals={"404": "There is no such story.", "410": "It was withdrawn."},
                )
            },
        },
        "components": {
            "schemas": {
                "Story": {"$ref": STANDARD["schema"]},
                "Stories": {
                    "type": "object",
                    "required": ["items", "next"],
                    "properties": {
                        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Story"}},
                        "next": {"type": ["string", "null"], "description": "The address of the older stories."},
                    },
                },
                "Problem": {
                    "type": "object",
                    "required": ["title", "status"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                },
            }
        },
    }


def _get(
    name: str,
    summary: str,
    schema: Said,
    *,
    parameters: Sequence[Said] = (),
    refusals: Mapping[str, str] = MappingProxyType({}),
) -> Said:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    etag = {"ETag": {"description": "Sent back as If-None-Match, it is answered by 304.", "schema": {"type": "string"}}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "headers": etag, "content": {"application/json": {"schema": schema}}},
            "304": {"description": "What the asker has still holds."},
            **{code: {"description": words, "content": problem} for code, words in refusals.items()},
        },
    }
