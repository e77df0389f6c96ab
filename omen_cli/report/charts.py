"""Charts from Vega-Lite specifications: the one door to vl-convert. Nothing is fetched, fonts are its own."""

from collections.abc import Mapping
from typing import Any

import vl_convert

Spec = Mapping[str, Any]
_VERSION = "6.4"


def png(spec: Spec, scale: float = 2.0) -> bytes:
    """Return the chart as a PNG, `scale` pixels a point; its background must be opaque."""
    return bytes(vl_convert.vegalite_to_png(dict(spec), vl_version=_VERSION, scale=scale, allowed_base_urls=[]))


def svg(spec: Spec) -> str:
    """Return the chart as SVG text."""
    return str(vl_convert.vegalite_to_svg(dict(spec), vl_version=_VERSION, allowed_base_urls=[]))
