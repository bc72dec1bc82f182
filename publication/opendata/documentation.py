"""The interface's documentation for people, made from its OpenAPI description alone."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter or a field: its name, of what kind it is, what it means."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be asked; ``shape`` names what it answers, as a list of them where ``is_list``."""

    id: str
    path: str
    summary: str
    about: str
    parameters: list[Part]
    shape: str
    is_list: bool
    is_example: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer or a part of it looks like."""

    name: str
    fields: list[Part]


@dataclass(frozen=True, slots=True)
class Document:
    about: str
    groups: list[tuple[str, list[Operation]]]
    shapes: list[Shape]


def document(schema: dict[str, Any]) -> Document:
    """Return what the page shows of an OpenAPI description."""
    groups: dict[str, list[Operation]] = {tag["description"]: [] for tag in schema["tags"]}
    spoken = {tag["name"]: tag["description"] for tag in schema["tags"]}
    for path, operations in schema["paths"].items():
        operation = operations["get"]
        groups[spoken[operation["tags"][0]]].append(_operation(path, operation))
    shapes = schema["components"]["schemas"]
    return Document(
        about=schema["info"]["description"],
        groups=[(title, found) for title, found in groups.items() if found],
        shapes=[
            Shape(name, [_part(field, said) for field, said in shape["properties"].items()])
            for name, shape in shapes.items()
            if "properties" in shape and not name.startswith("Page_")
        ],
    )


def _operation(path: str, operation: dict[str, Any]) -> Operation:
    shape = _kind(operation["responses"]["200"]["content"]["application/json"]["schema"])
    return Operation(
        id=operation["operationId"],
        path=path,
        summary=operation["summary"],
        about=operation.get("description", ""),
        parameters=[
            _part(one["name"], one["schema"] | {"description": one.get("description", "")})
            for one in operation["parameters"]
        ],
        shape=shape.removesuffix("[]"),
        is_list=shape.endswith("[]"),
        is_example="{" not in path,
    )


def _part(name: str, said: dict[str, Any]) -> Part:
    return Part(name, _kind(said), said.get("description", ""))


def _kind(said: dict[str, Any]) -> str:
    if "$ref" in said:
        name = str(said["$ref"]).rpartition("/")[2]
        return f"{name.removeprefix('Page_').removesuffix('_')}[]" if name.startswith("Page_") else name
    if "anyOf" in said:
        return " | ".join(_kind(one) for one in said["anyOf"])
    if "enum" in said:
        return " | ".join(str(value) for value in said["enum"])
    if said.get("type") == "array":
        return f"{_kind(said['items'])}[]"
    if "format" in said:
        return str(said["format"])
    return str(said.get("type", "string"))
