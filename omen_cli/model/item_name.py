"""How an item is named: its name, or its SKU, with its unit once."""

import re

_NO_UNIT = "each"


def item_name(sku: str, name: str | None, unit: str | None) -> str:
    """Return the item's name, else its SKU, with its unit unless that is said already or says nothing.

    It is said where it stands as a word, also behind a number: `g` in `3.5g`, not in `OG Kush`.
    """
    shown, size = name or sku, unit or ""
    says_nothing = size.casefold() in ("", _NO_UNIT)
    is_said = says_nothing or re.search(rf"(?<![^\W\d]){re.escape(size)}(?!\w)", shown, re.IGNORECASE)
    return shown if is_said else f"{shown} {size}"
