"""Prune: what the rules would remove of a store's archive, and, once that was agreed to, removing just that."""

from collections.abc import Sequence
from dataclasses import dataclass

from omen_cli.archive.archive import Archive
from omen_cli.archive.deliveries import undelivered
from omen_cli.archive.entries import removable
from omen_cli.archive.presence import all_there
from omen_cli.archive.pruning import Pruner, prune
from omen_cli.archive.retention import Policy, Verdict, decide
from omen_cli.archive.safety import require_writable_layout
from omen_cli.config.settings import Settings, StoreSettings
from omen_cli.errors import InvalidArgument
from omen_cli.model.ids import Timeframe
from omen_cli.model.snapshot import Entry
from omen_cli.model.span import SPAN_RULE, Span, parse_span
from omen_cli.workflows.disk import limits_of
from omen_cli.workflows.request import Caller, local_today


@dataclass(frozen=True)
class Rules:
    """The policy, and the timeframe that it is for; None for all, each by itself."""

    policy: Policy
    timeframe: Timeframe | None


@dataclass(frozen=True)
class Plan:
    """What the rules make of one store's archive; nothing was changed.

    `is_unfinished` tells that a dead command left a change there: it is to be finished, even with nothing to remove.
    """

    store: StoreSettings
    verdicts: tuple[Verdict, ...]
    warnings: tuple[str, ...]
    is_unfinished: bool = False

    @property
    def removed(self) -> tuple[Entry, ...]:
        """Return the entries that are to go."""
        return tuple(verdict.entry for verdict in self.verdicts if not verdict.is_kept)


@dataclass(frozen=True)
class Carried:
    """What became of a plan's entries: those that are gone, and those that stay, since the archive changed meanwhile.

    What another command has removed in the meantime is in neither. `warnings` is what the archive says beside it.
    """

    removed: tuple[Entry, ...]
    kept: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()


def span_asked(text: str | None, option: str) -> Span | None:
    """Return the span that an option says; None when it was not given.

    Raises:
        InvalidArgument: it says none.
    """
    if text is None:
        return None
    found = parse_span(text)
    if found is None:
        shown = text[:30].encode("ascii", "backslashreplace").decode()
        raise InvalidArgument(f"{option} {shown!r}: not a span of time", hint=SPAN_RULE)
    return found


def require_rule(policy: Policy) -> None:
    """Refuse to prune by no rule at all.

    Raises:
        InvalidArgument: the policy has none.
    """
    if not policy.has_rule_for_newest and policy.superseded is None:
        raise InvalidArgument(
            "nothing says what to keep", hint="give at least one --keep-… rule, such as --keep-monthly 24"
        )


def plan_prune(settings: Settings, store: StoreSettings, rules: Rules, caller: Caller, *, is_dry_run: bool) -> Plan:
    """Return what the rules would remove now; a reader: it takes no lock.

    Raises:
        ArchiveDamaged: the archive cannot be read or, but for a dry run, is not ours to write to.
    """
    archive = Archive(settings.data, store.store_id)
    if not is_dry_run:
        require_writable_layout(archive.layout)
    entries = tuple(archive.entries())
    if not archive.is_unfinished():  # what a dead prune left is finished first, and looked at then
        entries = all_there(archive.layout, entries)
    stay = undelivered(archive.layout, entries) if entries else frozenset()
    verdicts = _decided(entries, rules, stay, store, caller)
    return Plan(store, verdicts, tuple(archive.warnings), is_unfinished=archive.is_unfinished())


def carry_out(settings: Settings, plan: Plan, rules: Rules, caller: Caller) -> Carried:
    """Remove what the plan removes, as far as the rules, asked again under the locks, still agree.

    Raises:
        Busy, InsufficientStorage, ArchiveDamaged: as the archive says.
    """
    agreed = {entry.id for entry in plan.removed}
    there: set[str] = set()

    def choose(entries: Sequence[Entry], stay: frozenset[str]) -> list[str]:
        there.update(entry.id for entry in entries)
        verdicts = _decided(entries, rules, stay, plan.store, caller)
        chosen = {verdict.entry.id for verdict in verdicts if not verdict.is_kept and verdict.entry.id in agreed}
        return removable(entries, chosen)

    archive = Archive(settings.data, plan.store.store_id)
    limits = limits_of(settings)
    pruner = Pruner(caller.name, str(rules.policy), caller.at, caller.request_id, caller.lock_wait_s, limits)
    removed = prune(archive, choose, pruner)
    staying = there - {entry.id for entry in removed}
    kept = tuple(entry for entry in plan.removed if entry.id in staying)
    return Carried(removed, kept, tuple(archive.warnings))


def _decided(
    entries: Sequence[Entry], rules: Rules, stay: frozenset[str], store: StoreSettings, caller: Caller
) -> tuple[Verdict, ...]:
    wanted = [entry for entry in entries if rules.timeframe in (None, entry.timeframe)]
    return decide(wanted, rules.policy, stay, local_today(store, caller.at))
