"""How the findings of `omen verify` are shown, to people and to programs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omen_cli.model.blocks import Block, Paragraph, Table
from omen_cli.model.counted import counted
from omen_cli.workflows.audits import DATA_AUDIT
from omen_cli.workflows.verify import Verified, kind_of

if TYPE_CHECKING:
    from omen_cli.archive.findings import Finding

COLUMNS = ("state", "store", "kind", "subject", "problem")
_FIRST = ("state", "kind", "subject", "problem", "store")


def blocks(done: Sequence[Verified]) -> list[Block]:
    """Return a line a store; before them every finding, and what each kind among them means."""
    shown = [(one.store_id, state, finding) for one in done for state, finding in _states(one)]
    rows = tuple((state, store_id, one.kind, one.subject, one.problem) for store_id, state, one in shown)
    said = [Paragraph(_line(one), is_alarming=one.is_lost) for one in done]
    if not rows:
        return [*said]
    kinds = dict.fromkeys(kind_of(one) for _, _, one in shown)
    legend = [Paragraph(f"{kind.name}: {kind.means}; {kind.remedy}") for kind in kinds]
    return [Table(COLUMNS, rows, whole=frozenset({"kind"}), first=_FIRST), *legend, *said]


def id_of(store_id: str) -> str | None:
    """Return the store as it stands in JSON: null for what belongs to none."""
    return None if store_id == DATA_AUDIT else store_id


def plain(one: Verified) -> dict[str, object]:
    """Return what was found in one archive as it stands in the JSON answer; without an archive nothing can be said."""
    return {
        "storeId": id_of(one.store_id),
        "exists": one.exists,
        "sound": not one.remaining if one.exists else None,
        "lost": one.is_lost if one.exists else None,
        "snapshots": one.snapshots,
        "auditLines": one.audit_lines,
        "findings": [plain_finding(finding, state.casefold()) for state, finding in _states(one)],
    }


def plain_finding(finding: "Finding", state: str) -> dict[str, object]:
    """Return one finding as it stands in the JSON answer; `state` is what became of it."""
    kind = kind_of(finding)
    return {
        "state": state,
        "kind": finding.kind,
        "subject": finding.subject,
        "problem": finding.problem,
        "means": kind.means,
        "remedy": kind.remedy,
    }


def _states(one: Verified) -> "list[tuple[str, Finding]]":
    """Return every finding with what became of it, the worst first."""
    return [
        *(("LOST", finding) for finding in one.remaining if finding.is_lost),
        *(("found", finding) for finding in one.remaining if not finding.is_lost),
        *(("moved", finding) for finding in one.repaired if finding.is_lost),  # to quarantine, and lost all the same
        *(("repaired", finding) for finding in one.repaired if not finding.is_lost),
        *(("accepted", finding) for finding in one.accepted),
    ]


def _mended(one: Verified) -> int:
    return sum(not finding.is_lost for finding in one.repaired)


def _line(one: Verified) -> str:
    if not one.exists:
        return f"{one.store_id}: no archive"
    snapshots = "" if one.store_id == DATA_AUDIT else f"{counted(one.snapshots, 'snapshot')}, "
    size = f"{snapshots}{counted(one.audit_lines, 'line')} of audit"
    lost = sum(finding.is_lost for finding in one.remaining)
    counts = (("lost", lost), ("found", len(one.remaining) - lost), ("repaired", _mended(one)))
    said = ", ".join(f"{count} {name}" for name, count in counts if count) or "sound"
    return f"{one.store_id}: {said} ({size})"
