"""What a person who asks for an explanation means: a KPI by its name or its label, or an item by its SKU."""

from collections.abc import Iterable
from difflib import get_close_matches

from omen_cli.errors import InvalidArgument
from omen_cli.model.content import Content, ItemContent
from omen_cli.model.safe_text import safe_text
from omen_cli.report.explain.names import LABELS

_MAX_SHOWN, _MAX_NAMED = 60, 8


def find_named(content: Content, name: str) -> str | ItemContent:
    """Return the name of a KPI, or an item: what is spelled exactly so goes first, then a KPI.

    Raises:
        InvalidArgument: the snapshot has neither; the hint names the likeliest.
    """
    items = {item.sku: item for item in content.items}
    if name in content.kpis:
        return name
    if name in items:
        return items[name]
    folded = _folded(name)
    kpis = {_folded(word): kpi for kpi in content.kpis for word in (LABELS[kpi], kpi)}
    if folded in kpis:
        return kpis[folded]
    of_sku = [item for item in content.items if _folded(item.sku) == folded]
    if len(of_sku) == 1:
        return of_sku[0]
    raise _unknown(name, of_sku, content)


def _unknown(name: str, of_sku: list[ItemContent], content: Content) -> InvalidArgument:
    shown = safe_text(name[:_MAX_SHOWN])
    if of_sku:
        skus = ", ".join(safe_text(item.sku) for item in of_sku[:_MAX_NAMED])
        return InvalidArgument(
            f"--explain '{shown}': more than one SKU is spelled so", hint=f"one of: {skus}", name=shown
        )
    named = ", ".join(map(safe_text, _likeliest_first(name[:_MAX_SHOWN], content)[:_MAX_NAMED]))
    return InvalidArgument(
        f"--explain '{shown}': no KPI and no SKU of this snapshot", hint=f"known names: {named}, …", name=shown
    )


def _likeliest_first(name: str, content: Content) -> list[str]:
    """Return what a name may have meant, then the KPIs; an item also by its name."""
    meant = {_folded(word): kpi for kpi in content.kpis for word in (LABELS[kpi], kpi)}
    for item in content.items:
        meant |= dict.fromkeys(map(_folded, (item.name or item.sku, item.sku)), item.sku)
    near = [meant[word] for word in get_close_matches(_folded(name), meant, n=3)]
    return _once((*near, *content.kpis))


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
