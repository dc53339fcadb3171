"""Markup: a tree of elements, so that text is escaped by the serializer and never by hand."""

from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

Child: TypeAlias = "Element | str | None"

__all__ = ["Child", "Element", "SubElement", "add", "el", "html_of"]


def el(tag: str, *children: Child, **attributes: object) -> Element:
    """An element. ``class_`` is ``class``, ``data_entry`` is ``data-entry``; an attribute that is None is left out.

    Text goes in as it is: make strangers' text ``visible`` before, since HTML cannot carry control characters.
    """
    made = Element(tag, {_name(k): str(v) for k, v in attributes.items() if v is not None})
    return add(made, *children)


def add(parent: Element, *children: Child) -> Element:
    """Append elements and text to ``parent``, in order; None is nothing."""
    for child in children:
        if child is None:
            continue
        if isinstance(child, Element):
            parent.append(child)
        elif len(parent):
            parent[-1].tail = (parent[-1].tail or "") + child
        else:
            parent.text = (parent.text or "") + child
    return parent


def html_of(root: Element) -> bytes:
    """The tree as an HTML document in UTF-8."""
    page: bytes = tostring(root, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + page + b"\n"


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-") if name != "viewBox" else name
