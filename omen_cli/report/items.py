"""How an item is named: its name, or its SKU, with its unit once."""

_NO_UNIT = "each"


def item_name(sku: str, name: str | None, unit: str | None) -> str:
    """Return the item's name, else its SKU, with its unit unless that is said already or says nothing."""
    shown, size = name or sku, unit or ""
    is_said = not size or size.casefold() == _NO_UNIT or size.casefold() in shown.casefold()
    return shown if is_said else f"{shown} {size}"
