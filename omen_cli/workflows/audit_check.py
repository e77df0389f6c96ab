"""Whether the audits hold: the chain of each, what a person settled of it, and its head."""

from collections.abc import Sequence
from dataclasses import dataclass

from omen_cli.archive.chain import Break, Chain, check_chain, has_line
from omen_cli.archive.ledger import read_ledger
from omen_cli.errors import ArchiveDamaged, OmenError
from omen_cli.workflows.audits import NO_ARCHIVE, Audit

_RESTORE = "restore the file from a backup; when there is none, find out who changed it"
_SETTLE = " and settle it with omen verify {} --accept; omen audit --check --json tells every break"


@dataclass(frozen=True)
class Checked:
    """The chain of one audit; `settled` are the breaks that a person accepted, `breaks` all others."""

    audit: Audit
    chain: Chain
    breaks: tuple[Break, ...]
    settled: tuple[Break, ...]

    def plain(self) -> dict[str, object]:
        """Return what was found, for JSON."""
        return {
            "storeId": self.audit.store_id,
            "lines": self.chain.lines,
            "months": self.chain.months,
            "torn": self.chain.torn,
            "tornAtEnd": self.chain.is_torn_at_end,
            "head": self.chain.head or None,
            "breaks": [
                {"place": place_of(one), "problem": one.problem, "evidence": one.evidence, "settled": is_settled}
                for found, is_settled in ((self.breaks, False), (self.settled, True))
                for one in found
            ],
        }


def place_of(found: Break) -> str:
    """Return where a break is, as `audit/2026-01.jsonl:17`; a file as a whole has no line."""
    return f"audit/{found.path.name}" + (f":{found.line}" if found.line else "")


def check_audits(
    asked: Sequence[Audit], warnings: list[str], *, expected_head: str | None = None
) -> tuple[tuple[Checked, ...], dict[Audit, OmenError]]:
    """Check every audit; return what was found of those that can be read, and why an audit fails.

    Args:
        asked: the audits.
        warnings: takes what is to be said of the archives.
        expected_head: the hash of a line that was the last one; it must still be there.
    """
    checked: list[Checked] = []
    failed: dict[Audit, OmenError] = {}
    for audit in asked:
        try:
            _warn_of_absence(audit, warnings)
            one = _check(audit)
            checked.append(one)
            _require_whole(one, expected_head)
        except OmenError as error:
            failed[audit] = error
    return tuple(checked), failed


def _warn_of_absence(audit: Audit, warnings: list[str]) -> None:
    """Say that a store has no archive, unless something else was said: every link of nothing holds."""
    told = len(warnings)
    if not audit.exists(warnings) and audit.store_id and len(warnings) == told:
        warnings.append(f"{audit.name}: {NO_ARCHIVE}")


def _check(audit: Audit) -> Checked:
    chain = check_chain(audit.folder)
    accepted = read_ledger(audit.folder, is_tolerant=True).accepted if chain.breaks else {}
    settled = tuple(one for one in chain.breaks if (place_of(one), one.evidence) in accepted)
    return Checked(audit, chain, tuple(one for one in chain.breaks if one not in settled), settled)


def _require_whole(checked: Checked, expected_head: str | None) -> None:
    name = checked.audit.name
    if checked.breaks:
        first, others = checked.breaks[0], len(checked.breaks) - 1
        more = f" (and {others} more)" if others else ""
        raise ArchiveDamaged(
            f"{name}: {place_of(first)}: {first.problem}{more}",
            hint=_RESTORE + _SETTLE.format(f"--store {checked.audit.store_id}" if checked.audit.store_id else "--all"),
        )
    if expected_head is not None and not has_line(checked.audit.folder, expected_head):
        raise ArchiveDamaged(
            f"{name}: no line of the audit has the hash {expected_head}: the last lines were cut off or written anew",
            hint="compare the hash with the one that was written down, and the audit with a backup",
        )
