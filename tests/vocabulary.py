"""What pages say to machines, read as machines read it and held to the vocabulary of schema.org, each by a library."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import extruct
from pydantic import ValidationError
from schema_org import registry
from schema_org.base import PropertyMetadata

Said = dict[str, Any]
# Ranges in which a text may be anything.
ANY_TEXT = frozenset({"Text", "CssSelectorType", "XPathType", "PronounceableText"})


class Wrong(Exception):
    """Raised for what the vocabulary's own models cannot see."""


def said_by(page: str, address: str) -> list[Said]:
    """The graphs of a page: what stands in its blocks of JSON-LD."""
    found: list[Said] = extruct.extract(page, base_url=address, syntaxes=["json-ld"], errors="strict")["json-ld"]
    return found


def shown_by(page: str, address: str) -> dict[str, str]:
    """What a page says of itself in Open Graph's words."""
    [found] = extruct.extract(page, base_url=address, syntaxes=["opengraph"], errors="strict")["opengraph"]
    return dict(found["properties"])


def complaints(graph: Said) -> list[str]:
    """What is wrong with a graph: types, properties, values and references that schema.org does not know."""
    if graph.get("@context") != "https://schema.org":
        return ["The words are nobody's."]
    found = []
    for thing in graph["@graph"]:
        try:
            _made(thing)
        except (ValidationError, Wrong) as error:
            found.append(f"{thing.get('@type')}: {error}")
    named = {each["@id"] for each in _things(graph) if len(each) > 1 and "@id" in each}
    meant = {each["@id"] for each in _things(graph) if each.keys() == {"@id"}}
    return [*found, *(f"Nothing is called {name}." for name in sorted(meant - named))]


def _made(thing: Said) -> Any:
    """The thing as a model, whose making refuses what the vocabulary does not have; raises ValidationError or Wrong."""
    name = str(thing.get("@type"))
    if name not in registry.CLASS_METADATA or registry.CLASS_METADATA[name].superseded_by:
        raise Wrong(f"There is no type {name}.")
    model = registry.get_model(name)
    known = {each.schema_name: each for each in model.SCHEMA_PROPERTIES}
    for former in (each for each in known.values() if each.superseded_by and each.schema_name in thing):
        raise Wrong(f"{former.schema_name} is called {former.superseded_by} now.")
    return model(**{key: _value(value, known.get(key)) for key, value in thing.items()})


def _value(value: Any, of: PropertyMetadata | None) -> Any:
    if isinstance(value, list):
        return [_value(each, of) for each in value]
    if isinstance(value, dict):
        return value if value.keys() == {"@id"} else _made(value)
    return _text(value, of) if of and isinstance(value, str) else value


def _text(value: str, of: PropertyMetadata) -> Any:
    """What a text means: JSON has neither dates nor enumerations, and to the models every text is an address."""
    ranges = set(of.ranges)
    if ranges & ANY_TEXT:
        return value
    for name in ranges & registry.ENUM_BY_SCHEMA.keys():
        try:
            return registry.ENUM_BY_SCHEMA[name](value)
        except ValueError as error:
            raise Wrong(f"{of.schema_name} is none of {name}: {value}") from error
    for name, kind in (("DateTime", datetime), ("Date", date)):
        if name in ranges:
            try:
                return kind.fromisoformat(value)
            except ValueError as error:
                raise Wrong(f"{of.schema_name} is no {name}: {value}") from error
    if "URL" in ranges and not (urlsplit(value).scheme in {"http", "https"} and urlsplit(value).netloc):
        raise Wrong(f"{of.schema_name} is no address: {value}")
    return value


def _things(said: Any) -> Iterator[Said]:
    if isinstance(said, dict):
        yield said
        for value in said.values():
            yield from _things(value)
    elif isinstance(said, list):
        for each in said:
            yield from _things(each)
