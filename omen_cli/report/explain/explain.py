"""A number or an item of a snapshot explained, by what a person calls it."""

from dataclasses import dataclass

from omen_cli.model.content import KPI_VERSION, ItemContent
from omen_cli.model.snapshot import Snapshot
from omen_cli.report.explain.find import find_named
from omen_cli.report.explain.item import ItemExplained, explain_item
from omen_cli.report.explain.kpi import KpiExplained, explain_kpi
from omen_cli.report.explain.unlisted import Unlisted, UnlistedExplained, explain_unlisted


@dataclass(frozen=True)
class Explained:
    """The explanation, and the snapshot that it is from."""

    snapshot: Snapshot
    about: KpiExplained | ItemExplained | UnlistedExplained

    @property
    def is_of_these_definitions(self) -> bool:
        """Tell whether the snapshot was made with the definitions that the formulas are of."""
        return self.snapshot.content.kpi_version == KPI_VERSION

    def plain(self) -> dict[str, object]:
        """Return the explanation as JSON has it."""
        snapshot = self.snapshot
        return {
            **self.about.plain(),
            "snapshotId": snapshot.id,
            "storeId": snapshot.store_id,
            "timeframe": snapshot.timeframe,
            "asOfDate": snapshot.as_of_date,
            "kpiVersion": snapshot.content.kpi_version,
            "provisional": snapshot.provisional,
            "held": snapshot.hold.held,
        }


def explain(snapshot: Snapshot, name: str, most: int | None = None) -> Explained:
    """Return the explanation of a KPI, by its name or its label, or of an item or another SKU that it names, by that.

    Of a sum over more than `most` items only the greatest are kept, the others as one.

    Raises:
        InvalidArgument: the snapshot has no such KPI or SKU; the hint names the likeliest.
    """
    found = find_named(snapshot.content, name)
    return Explained(snapshot, _explained(snapshot, found, most))


def _explained(
    snapshot: Snapshot, found: str | ItemContent | Unlisted, most: int | None
) -> KpiExplained | ItemExplained | UnlistedExplained:
    if isinstance(found, str):
        return explain_kpi(snapshot.content, found, most)
    if isinstance(found, Unlisted):
        return explain_unlisted(snapshot.content, found)
    return explain_item(snapshot, found)
