"""Look into XML without minding namespaces, braces or capitals, in which tools differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Element = Any  # lxml's elements are typed by stubs that need not be installed

__all__ = [
    "attribute",
    "children_named",
    "children_of",
    "first_named",
    "guid_in",
    "in_group",
    "name_of",
    "notes_of",
    "plain_guid",
    "space_of",
    "text_in",
]


def name_of(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def space_of(element: Element) -> str:
    """Return the namespace of an element."""
    return str(element.tag).partition("}")[0].lstrip("{")


def children_of(element: Element) -> Iterator[Element]:
    """Yield the elements directly below; comments are passed over."""
    for child in element:
        if isinstance(child.tag, str):
            yield child


def children_named(element: Element, name: str) -> list[Element]:
    """Return the elements with the name directly below."""
    return [child for child in children_of(element) if name_of(child) == name]


def first_named(element: Element, name: str) -> Element | None:
    """Return the first element with the name directly below, or None."""
    return next(iter(children_named(element, name)), None)


def in_group(root: Element, group: str, name: str) -> list[Element]:
    """Return the elements with the name in a group such as ``Users``."""
    return [child for found in children_named(root, group) for child in children_named(found, name)]


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute without white space around it, or an empty text."""
    if element is None:
        return ""
    value = element.get(name)
    return value.strip() if value else ""


def guid_in(element: Element) -> str:
    """Return the GUID of an element, plain."""
    return plain_guid(attribute(element, "guid"))


def plain_guid(value: str) -> str:
    """Return a GUID without braces and in small letters, as all tools mean the same by it."""
    return value.strip().strip("{}").lower()


def text_in(element: Element, name: str) -> str:
    """Return the text of the element with the name directly below."""
    found = first_named(element, name)
    return (found.text or "") if found is not None else ""


def notes_of(element: Element) -> list[str]:
    """Return the GUIDs of the notes an element points at."""
    return [plain_guid(attribute(ref, "targetGUID")) for ref in children_named(element, "NoteRef")]
