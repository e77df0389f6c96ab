"""What must hold of a migration as a whole: nothing lost, nothing invented, everything counted, the old tree as it was.

`problems(old, outcome)` names every breach; an outcome is plain values, whoever made them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256

from tests.legacy.invented import invented
from tests.legacy.old_archives import OldArchive, Row, told
from tests.legacy.old_reading import is_sound, moment, store_of, was_sent, who_got
from tests.legacy.oracle import DUPLICATE, ENDS, MIGRATED, QUARANTINED, WITHOUT, Oracle, oracles
from tests.legacy.outcomes import Document, Outcome


def problems(old: OldArchive, outcome: Outcome) -> list[str]:
    """Return what is wrong with the outcome; where the index may be read in several ways, one of them must fit."""
    found = [list(_problems(oracle, outcome)) for oracle in oracles(old)]
    least = min(found, key=len)
    return [*least, told(old)] if least else []


def _problems(oracle: Oracle, outcome: Outcome) -> Iterator[str]:
    yield from _unlike(outcome.before, outcome.after)
    yield from _wrong_ends(oracle, outcome)
    if len(outcome.entries) == len(oracle.rows):
        yield from _miscounted(outcome)
        yield from _lost_files(oracle, outcome)
        yield from _lost_entries(oracle, outcome)
        yield from _two_for_one(outcome)
        yield from _forgotten_recipients(oracle, outcome)
        for document in outcome.documents:
            yield from invented(oracle, outcome, document)


def _unlike(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    changed = [path for path in before if before[path] != after.get(path)]
    yield from (f"the old tree changed: {path!r} is {after.get(path)}" for path in changed)


def _wrong_ends(oracle: Oracle, outcome: Outcome) -> Iterator[str]:
    allowed = oracle.allowed()
    if len(outcome.entries) != len(allowed.entries):
        yield f"{len(outcome.entries)} entries are listed, {len(allowed.entries)} were there"
    for at, (end, ends) in enumerate(zip(outcome.entries, allowed.entries, strict=False), start=1):
        if end not in ends:
            yield f"entry {at} ended as {end}, not as one of {sorted(ends)}"
    for path, ends in allowed.files.items():
        if outcome.files.get(path) not in ends:
            yield f"file {path!r} ended as {outcome.files.get(path)}, not as one of {sorted(ends)}"
    for path, node in oracle.old.nodes.items():
        if outcome.files.get(path) != QUARANTINED and node.kind != "folder":
            yield f"{node.kind} {path!r} ended as {outcome.files.get(path)}, not as {QUARANTINED}"
    yield from (f"a file that was not there is listed: {path!r}" for path in _strangers(oracle, outcome))


def _strangers(oracle: Oracle, outcome: Outcome) -> list[str]:
    return [path for path in outcome.files if path not in oracle.old.files and path not in oracle.old.nodes]


def _miscounted(outcome: Outcome) -> Iterator[str]:
    for kind, ends in (("entries", outcome.entries), ("files", tuple(outcome.files.values()))):
        counted = {end: count for end, count in outcome.counts[kind].items() if count}
        if counted != dict(Counter(ends)) or not counted.keys() <= ENDS:
            yield f"the counts of {kind} are {counted}, the list has {dict(Counter(ends))}"
        if outcome.found[kind] != len(ends):
            yield f"{outcome.found[kind]} {kind} were found, {len(ends)} are listed"


def _lost_files(oracle: Oracle, outcome: Outcome) -> Iterator[str]:
    """Every file that was migrated is in one document, and every document holds a file that was."""
    hold = Counter(one.sha256 for one in outcome.documents if one.payload is not None)
    migrated = {
        path: sha256(raw).hexdigest() for path, raw in oracle.old.files.items() if outcome.files.get(path) == MIGRATED
    }
    for path, digest in migrated.items():
        if hold[digest] != 1:
            yield f"file {path!r} was migrated, and {hold[digest]} documents hold its bytes"
    yield from (f"a document holds bytes of no migrated file: {one}" for one in hold if one not in migrated.values())
    for path, end in outcome.files.items():
        if end == DUPLICATE and path in oracle.old.files and not _has_twin(oracle, outcome, path):
            yield f"file {path!r} ended as {DUPLICATE}, and no migrated file says what it says"


def _has_twin(oracle: Oracle, outcome: Outcome, path: str) -> bool:
    """Tell whether another file was migrated that says the same, to the byte or at least as JSON."""
    files, readings = oracle.old.files, oracle.readings
    says = readings[path].payload
    others = [other for other in files if other != path and outcome.files.get(other) == MIGRATED]
    return any(files[other] == files[path] or (says and readings[other].payload == says) for other in others)


def _lost_entries(oracle: Oracle, outcome: Outcome) -> Iterator[str]:
    held = Counter((one.store, one.id, one.payload is not None) for one in outcome.documents)
    claimed: dict[str, list[str]] = {}
    for at, (row, end) in enumerate(zip(oracle.rows, outcome.entries, strict=True), start=1):
        known = row if isinstance(row, dict) else {}
        if end in (MIGRATED, WITHOUT) and held[store_of(known), str(known.get("id")), end == MIGRATED] != 1:
            yield f"entry {at} ended as {end}, and no document, or more than one, says so"
        if is_sound(row) and row not in oracle.doubtful:
            for claim in (f"id {row['id']}", f"{row['timeframe']} {row['asOfDate']} {store_of(row)} {row['version']}"):
                claimed.setdefault(claim, []).append(end)
    for claim, ends in claimed.items():
        if len(ends) > 1 and not any(end in (MIGRATED, WITHOUT) for end in ends):
            yield f"no entry of {claim} was migrated: {ends}"


def _two_for_one(outcome: Outcome) -> Iterator[str]:
    ids = Counter((one.store, one.id.casefold()) for one in outcome.documents)
    keys = Counter((one.store, one.timeframe, one.as_of_date, one.version) for one in outcome.documents)
    for claim, count in (*ids.items(), *keys.items()):
        if count > 1:
            yield f"{count} documents for {claim}"


def _forgotten_recipients(oracle: Oracle, outcome: Outcome) -> Iterator[str]:
    """Yield to whom a snapshot was sent by any entry that is its own, and of whom its document does not know."""
    ended = list(zip(oracle.rows, outcome.entries, strict=True))
    own = {row.get("id") for row, end in ended if end in (MIGRATED, WITHOUT) and isinstance(row, dict)}
    for document in outcome.documents:
        known, is_told = {name.casefold() for name in document.delivered}, document.id in own
        for row, end in ended:
            if not (_is_only_of(oracle, row, document) or _tells_of(row, end, document, has_entry=document.id in own)):
                continue
            is_told = True
            names = who_got(row) if was_sent(row) else ()
            yield from (f"{document.id} was sent to {name}, and would be again" for name in names if name not in known)
        is_told = is_told or _is_told_by_the_cut(oracle, document, known)
        if not is_told and not oracle.doubtful and known != {"(not known)"}:
            yield f"{document.id} has no entry, and would be sent, but for {sorted(known)}"


def _is_told_by_the_cut(oracle: Oracle, one: Document, known: set[str]) -> bool:
    """Tell whether a document says what the cut left of its own entry: not sent, or sent to whom that does not tell whole."""
    is_its_own = any(name and f'"{name}"' in oracle.rest for name in (one.id, one.request))
    return is_its_own and ("(not told)" in known if known else '"emailSent": false' in oracle.rest)


def _is_only_of(oracle: Oracle, row: Row, one: Document) -> bool:
    """Tell whether an entry has the request of a document of its store, and no other entry has it."""
    is_its_store = isinstance(row, dict) and one.store == store_of(row)
    return is_its_store and one.request is not None and oracle.is_only_of(one.request, row)


def _tells_of(row: Row, end: str, one: Document, *, has_entry: bool) -> bool:
    """Tell whether an entry is that of a document, or was set aside and is all the same: by request, or key and time."""
    if not isinstance(row, dict):
        return False
    if end in (MIGRATED, WITHOUT) or row.get("id") == one.id:
        return bool(row.get("id") == one.id)
    if one.request and row.get("requestId") == one.request:
        return True
    if has_entry or (one.request and row.get("requestId")) or row.get("store") not in (None, "", one.store):
        return False
    key, at = (row.get("timeframe"), row.get("asOfDate")), moment(row.get("generatedAt"))
    return key == (one.timeframe, one.as_of_date) and at is not None and at in map(moment, one.times)
