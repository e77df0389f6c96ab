"""What becomes of each part of the old archive, as the archives are, and which parts are set aside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

from omen_cli.archive.layout import Layout
from omen_cli.archive.set_aside import Aside, is_set_aside
from omen_cli.legacy.plan import End, Plan, Planned
from omen_cli.workflows.compared import Compared
from omen_cli.workflows.composed import bytes_of
from omen_cli.workflows.old_tree import OldTree

_UNKNOWN_HISTORY = "whether it was e-mailed is not known: no entry told it"


def ends_of(planned: Plan, compared: Compared) -> tuple[End, ...]:
    """Return the end of every entry and file, as a report lists them."""
    unknown = {one.id for one in compared.unknown}
    ends = (_end(end, one, compared, unknown) for one in planned.snapshots for end in one.ends())
    return replace(planned, snapshots=(), others=(*ends, *planned.others)).ends


def asides_of(layout: Layout, tree: OldTree, ends: Sequence[End]) -> tuple[Aside, ...]:
    """Return what is to be copied of the quarantined parts, and is not there yet; equal parts of the index once."""
    found, alike = [], _alike(ends)
    for end in (one for one in ends if one.fate == "quarantined"):
        same = alike.get(end.raw, ()) if end.raw is not None else ()
        if not same or same[0] == end.name:
            found.append(_aside(tree, end, same[1:]))
    return tuple(one for one in found if one and not is_set_aside(layout, one))


def _alike(ends: Iterable[End]) -> Mapping[bytes, list[str]]:
    """Return the names of the quarantined parts of the index by their bytes."""
    found: dict[bytes, list[str]] = defaultdict(list)
    for end in ends:
        if end.fate == "quarantined" and end.raw is not None:
            found[end.raw].append(end.name)
    return found


def _end(end: End, one: Planned, compared: Compared, unknown: set[str]) -> End:
    """Return the end of a part of a snapshot: another one, where the archive has something else or came first."""
    reason = compared.reasons.get((one.id, end.kind))
    if reason is not None:
        raw = (one.entry_text or "").encode("utf-8") if end.kind == "entry" else None
        belongs_to = one.id if end.kind == "file" and one.id in compared.came_late else None
        return replace(end, fate="quarantined", snapshot_id=belongs_to, reason=reason, raw=raw)
    if end.kind == "entry" and one.id in compared.came_late:
        return replace(end, fate="migrated_without_payload")
    return replace(end, reason=_UNKNOWN_HISTORY) if one.id in unknown else end


def _aside(tree: OldTree, end: End, alike: Sequence[str]) -> Aside | None:
    """Return what is to be copied of a part, with the names of those that are the same; None of what cannot be."""
    reason, about = end.reason or "", {**_belonging(end), **({"alike": ", ".join(alike)} if alike else {})}
    if end.raw is not None:
        raw = end.raw
        return Aside(f"{end.name}.txt", sha256(raw).hexdigest(), reason, lambda: raw, about)
    if end.file is None or not end.file.can_be_copied:
        return None
    return Aside(end.name, end.file.sha256, reason, partial(bytes_of, tree.root, end.file), about)


def _belonging(end: End) -> Mapping[str, str]:
    if end.kind == "file" and end.store_id and end.snapshot_id:
        return {"snapshotId": end.snapshot_id, "storeId": end.store_id}
    return {}
