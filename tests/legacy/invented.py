"""Nothing is invented: what each new document says, an old entry or an old file said before."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.legacy.old_reading import is_sound, moment, store_of, text_of, was_sent
from tests.legacy.oracle import MIGRATED, WITHOUT, Oracle
from tests.legacy.outcomes import Document, Outcome


def invented(oracle: Oracle, outcome: Outcome, one: Document) -> Iterator[str]:
    """Yield what the document has from nowhere, and what it has from another store."""
    if one.folder != one.store:
        yield f"{one.id} of {one.store} lies in {one.folder}"
    if one.payload is not None and one.claimed != one.sha256:
        yield f"{one.id} says that its payload has the hash {one.claimed}, and it has {one.sha256}"
    paths = [path for path, raw in oracle.old.files.items() if raw == one.payload]
    says = {oracle.readings[path].payload.get("store") for path in paths}
    if says - {None, "", one.store}:
        yield f"{one.id} of {one.store} holds a payload of {says}"
    ended = zip(oracle.rows, outcome.entries, strict=True)
    kept = [row for row, end in ended if end in (MIGRATED, WITHOUT) and isinstance(row, dict)]
    rows = [row for row in kept if (row.get("id"), store_of(row)) == (one.id, one.store)]
    if rows:
        yield from _unlike_entry(one, rows[0])
        if paths and not any(oracle.belongs(path, rows[0]) for path in paths):
            yield f"{one.id} holds a file that is not its own: {paths}"
    else:
        yield from _unlike_file(oracle, one, paths)


def _unlike_entry(one: Document, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an entry said and its document says otherwise; what the entry said in no sound way is not compared."""
    same = {
        "timeframe": one.timeframe,
        "asOfDate": one.as_of_date,
        "version": one.version,
        "supersedes": one.supersedes,
    }
    same |= {"requestId": one.request, "emailSent": one.marks[0], "emailRecipient": one.marks[2]}
    for name, value in same.items():
        said = was_sent(row) if name == "emailSent" else row.get(name)
        if is_sound(row) and said != value and (said or value):
            yield f"{one.id}: {name} was {said!r} and is {value!r}"
    if is_sound(row) and moment(row["emailSentAt"]) != moment(one.marks[1]):
        yield f"{one.id}: emailSentAt was {row['emailSentAt']!r} and is {one.marks[1]!r}"
    if is_sound(row) and moment(row["generatedAt"]) not in [moment(time) for time in one.times]:
        yield f"{one.id}: generatedAt was {row['generatedAt']!r} and is {one.times}"
    if text_of(one.marks[2]) and one.marks[2] != row.get("emailRecipient"):
        yield f"{one.id}: a recipient was invented: {one.marks[2]!r}"


def _unlike_file(oracle: Oracle, one: Document, paths: list[str]) -> Iterator[str]:
    """Yield what a document without an entry says that no file said."""
    if not paths:
        yield f"{one.id} of {one.store} comes from no entry and no file"
        return
    if one.marks != (False, None, None):
        yield f"{one.id} has no entry, and e-mail marks: {one.marks}"
    readings = [oracle.readings[path] for path in paths]
    for reading in (reading for reading in readings if reading.state == "whole"):
        if reading.is_dated and reading.key != (one.timeframe, one.as_of_date):
            yield f"{one.id} is {one.timeframe} {one.as_of_date}, and its file says {reading.key}"
        if moment(reading.payload.get("generatedAt")) not in [None, *map(moment, one.times)]:
            yield f"{one.id} is of {one.times}, and its file of {reading.payload.get('generatedAt')}"
