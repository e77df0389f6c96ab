"""A chart as a part of a page: its text stays text, its ids are its own, and the page says how large it is."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from omen_cli.report.charts import Spec, svg

_SVG = "http://www.w3.org/2000/svg"
_UNSAID = ("role", "aria-roledescription", "aria-hidden", "aria-label", "class", "pointer-events", "opacity", "version")
_REFERENCE = re.compile(r"url\(#(.+?)\)")
_TOO_EXACT = re.compile(r"(\.\d\d)\d+")
_GEOMETRY = ("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height")
ET.register_namespace("", _SVG)


def chart_svg(spec: Spec, key: str, kind: str) -> str:
    """Return the chart as an <svg> that hides from readers of the screen: what is around it speaks for it.

    Args:
        spec: what is drawn.
        key: begins every id in it; once on a page.
        kind: its class.
    """
    root = ET.fromstring(svg(spec))  # noqa: S314  vl-convert wrote it, and no document type can be in it
    _remove_what_draws_nothing(root)
    ids = {value: f"{key}-{at}" for at, value in enumerate(_ids(root))}
    for element in root.iter():
        _mend(element, ids)
    size = root.attrib.pop("width"), root.attrib.pop("height")
    root.attrib = {"class": kind, "viewBox": f"0 0 {size[0]} {size[1]}", "aria-hidden": "true", "focusable": "false"}
    return ET.tostring(root, encoding="unicode")


def _remove_what_draws_nothing(element: ET.Element) -> None:
    for child in list(element):
        _remove_what_draws_nothing(child)
        is_frame = child.get("class", "") in ("background", "foreground")
        is_empty = child.tag in (f"{{{_SVG}}}g", f"{{{_SVG}}}defs") and len(child) == 0
        if is_frame or is_empty:
            element.remove(child)


def _ids(root: ET.Element) -> list[str]:
    """Return the ids, in order; vl-convert numbers them on and on, which two runs must not show."""
    return [element.attrib["id"] for element in root.iter() if "id" in element.attrib]


def _mend(element: ET.Element, ids: Mapping[str, str]) -> None:
    for name in _UNSAID:
        element.attrib.pop(name, None)
    for name, value in element.attrib.items():
        found = _REFERENCE.fullmatch(value)
        if name == "id":
            element.set(name, ids[value])
        elif found:
            element.set(name, f"url(#{ids[found[1]]})")
        elif name in _GEOMETRY:
            element.set(name, _TOO_EXACT.sub(r"\1", value))
