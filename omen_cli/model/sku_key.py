"""The normalised key under which SKUs that differ in spelling only are the same; never by containment.

Source: docs/kpis.md, "cost matching".
"""

import re

_TOKEN = re.compile(r"\d+/\d+|\d+(?:\.\d+)?[^\W\d_]*|[^\W\d_]+", re.UNICODE)
_SIZES = {
    "eighth": "eighth",
    "1/8": "eighth",
    "3.5g": "eighth",
    "quarter": "quarter",
    "7g": "quarter",
    "half": "half",
    "14g": "half",
    "oz": "oz",
    "ounce": "oz",
    "28g": "oz",
}
_SPACED_GRAMS = re.compile(r"(?<!\d)(?<!\d\.)(3\.5|7|14|28)\s+g\b")


def normalised_key(sku: str, unit: str | None = None) -> str:
    """Return the key of a SKU: case, spaces and punctuation dropped, the trade's names of a size made one.

    A decimal point between digits is part of the number: `1.5g` is not `15g`. The unit is joined unless the SKU ends
    with it already. Empty when nothing is left; an empty key matches nothing.
    """
    key = _key(sku)
    suffix = _key(unit) if unit else ""
    return key if not key or key.endswith(suffix) else key + suffix


def _key(text: str) -> str:
    folded = _SPACED_GRAMS.sub(r"\1g", text.casefold())
    return "".join(_SIZES.get(token, token) for token in _TOKEN.findall(folded))
