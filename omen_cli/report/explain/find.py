"""What a person who asks for an explanation means: a KPI by its name or its label, or what a SKU stands for."""

from collections.abc import Iterable
from difflib import get_close_matches

from omen_cli.errors import InvalidArgument
from omen_cli.model.content import Content, ItemContent
from omen_cli.model.safe_text import safe_text
from omen_cli.report.explain.names import LABELS
from omen_cli.report.explain.unlisted import Unlisted, unlisted_skus

_MAX_SHOWN, _MAX_NAMED = 60, 8


def find_named(content: Content, name: str) -> str | ItemContent | Unlisted:
    """Return the name of a KPI, or what a SKU stands for: what is spelled exactly so goes first, then a KPI.

    Raises:
        InvalidArgument: the snapshot has neither; the hint names the likeliest.
    """
    known = _known(content)
    if name in content.kpis:
        return name
    if name in known:
        return known[name]
    folded = _folded(name)
    kpis = _kpis(content)
    if folded in kpis:
        return kpis[folded]
    of_sku = [sku for sku in known if _folded(sku) == folded]
    if len(of_sku) == 1:
        return known[of_sku[0]]
    raise _unknown(name, of_sku, content)


def _known(content: Content) -> dict[str, ItemContent | Unlisted]:
    """Return all that the snapshot names by a SKU, the items first."""
    return {**{item.sku: item for item in content.items}, **unlisted_skus(content)}


def _kpis(content: Content) -> dict[str, str]:
    return {_folded(word): kpi for kpi in content.kpis for word in (LABELS[kpi], kpi)}


def _unknown(name: str, of_sku: list[str], content: Content) -> InvalidArgument:
    shown = safe_text(name[:_MAX_SHOWN])
    if of_sku:
        skus = ", ".join(map(safe_text, of_sku[:_MAX_NAMED]))
        return InvalidArgument(
            f"--explain '{shown}': more than one SKU is spelled so", hint=f"one of: {skus}", name=shown
        )
    named = ", ".join(map(safe_text, _likeliest_first(name[:_MAX_SHOWN], content)[:_MAX_NAMED]))
    return InvalidArgument(
        f"--explain '{shown}': no KPI and no SKU of this snapshot", hint=f"known names: {named}, …", name=shown
    )


def _likeliest_first(name: str, content: Content) -> list[str]:
    """Return what a name may have meant, then the KPIs; an item also by its name."""
    meant = _kpis(content)
    for sku, one in _known(content).items():
        meant |= dict.fromkeys(map(_folded, (one.name or sku, sku)), sku)
    near = [meant[word] for word in get_close_matches(_folded(name), meant, n=3)]
    return _once((*near, *content.kpis))


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _folded(text: str) -> str:
    """Return a name as it is typed off the screen, where what cannot be printed is replaced."""
    return " ".join(safe_text(text).split()).casefold()
