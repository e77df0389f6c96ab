"""The shapes in which the old system left snapshots and entries: each adds one case to the archive being made."""
# size: one catalogue, a shape a function

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.factories import STORES
from tests.legacy.old_archives import as_json
from tests.legacy.old_maker import Maker, keyed

Shape = Callable[[Maker], None]


def wrapper_named_by_key(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def wrapper_named_by_id(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{entry['id']}.json", made.wrapper(made.payload(entry)))


def bare_snapshot_named_by_id(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{entry['id']}.json", as_json(made.payload(entry)))


def wrapper_below_its_store(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{entry['store']}/{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def wrapper_below_its_store_named_by_id(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{entry['store']}/{entry['id']}.json", made.wrapper(made.payload(entry)))


def entry_without_a_file(made: Maker) -> None:
    made.listed(sizeBytes=0)


def file_without_an_entry(made: Maker) -> None:
    lost = made.entry()
    place = made.pick("", f"{lost['store']}/")
    made.put(f"{place}{keyed(lost)}.json", made.wrapper(made.payload(lost)))


def file_without_an_entry_or_an_id(made: Maker) -> None:
    lost = made.entry()
    made.put(f"{keyed(lost)}.json", made.wrapper(made.payload(lost, snapshotId=...)))


def version_whose_predecessor_is_gone(made: Maker) -> None:
    lost = made.entry()
    key = {name: lost[name] for name in ("timeframe", "asOfDate", "store")}
    entry = made.listed(**key, version=made.pick(2, 2, 3), supersedes=lost["id"], regenerated=True)
    if made.pick(True, False):
        made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def _versions(made: Maker, *numbers: int) -> list[dict[str, Any]]:
    """Return entries for one key, oldest first, and list them as the old index did, newest first."""
    first = made.entry(version=numbers[0])
    key, chain = {name: first[name] for name in ("timeframe", "asOfDate", "store")}, [first]
    for number in numbers[1:]:
        chain.append(made.entry(**key, version=number, supersedes=chain[-1]["id"], regenerated=True))
    made.rows += reversed(chain)
    return chain


def versions_of_one_key_and_one_file(made: Maker) -> None:
    chain = _versions(made, 1, 2, 3)
    made.put(f"{keyed(chain[0])}.json", made.wrapper(made.payload(made.pick(chain[-1], chain[0]))))


def versions_of_one_key_each_with_its_file(made: Maker) -> None:
    for entry in _versions(made, 1, 2):
        made.put(f"{entry['id']}.json", made.wrapper(made.payload(entry)))


def one_version_of_one_key_twice(made: Maker) -> None:
    chain = _versions(made, 1, 1)
    made.put(f"{keyed(chain[0])}.json", made.wrapper(made.payload(made.pick(*chain))))


def the_same_entry_twice(made: Maker) -> None:
    entry = made.listed()
    made.rows.append(dict(entry))
    if made.pick(True, False):
        made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def one_id_with_two_meanings(made: Maker) -> None:
    entry = made.listed()
    made.listed(**{name: entry[name] for name in ("id", "filePath", "timeframe", "asOfDate")}, version=2)


def one_key_of_two_stores(made: Maker) -> None:
    one = made.listed(store=STORES[0])
    other = made.listed(**{name: one[name] for name in ("timeframe", "asOfDate")}, store=STORES[1])
    for entry in (one, other):
        made.put(f"{entry['store']}/{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def entry_without_a_store(made: Maker) -> None:
    entry = made.listed(store=made.pick(..., None))
    if made.pick(True, False):
        made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry, store=...)))


def entry_without_a_store_whose_file_says_it(made: Maker) -> None:
    entry, store = made.listed(store=made.pick(..., None)), made.pick(*STORES)
    says = made.pick({}, {"requestId": ...}, {"requestId": ..., "snapshotId": ...})
    if made.pick(True, False):
        made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry, store=store, **says)))
    else:
        made.put(f"{store}/{keyed(entry)}.json", made.wrapper(made.payload(entry, store=..., **says)))


def object_object_of_an_entry(made: Maker) -> None:
    _object_object(made, made.listed())


def object_object_of_nobody(made: Maker) -> None:
    _object_object(made, made.entry())


def object_object_beside_the_file_of_its_entry(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))
    _object_object(made, entry)


def _object_object(made: Maker, entry: Mapping[str, Any]) -> None:
    """Add what a call with its arguments in the wrong places left: the date as timeframe, the payload as date."""
    name = f"snapshot_{entry['asOfDate']}_[object Object]"
    mistaken = {"key": name, "timeframe": entry["asOfDate"], "asOfDate": made.payload(dict(entry))}
    made.put(
        f"{entry['timeframe']}/{name}.json",
        as_json({**mistaken, "cachedAt": "2026-01-11T01:18:07.079Z", "version": "1.0"}),
    )


def the_same_bytes_in_two_places(made: Maker) -> None:
    entry = made.listed()
    raw = made.wrapper(made.payload(entry))
    made.put(f"{keyed(entry)}.json", raw)
    made.put(f"{entry['store']}/{keyed(entry)}.json", raw)


def one_request_in_two_files_of_other_bytes(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))
    made.put(f"{entry['id']}.json", made.wrapper(made.payload(entry), cachedAt="2026-01-10T04:00:00.000Z"))


def one_request_in_two_files_that_say_otherwise(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))
    made.put(f"{entry['id']}.json", made.wrapper(made.payload(entry, itemCount=59)))


def file_without_a_request(made: Maker) -> None:
    entry = made.listed()
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry, requestId=..., snapshotId=...)))


def entry_without_a_request(made: Maker) -> None:
    entry = made.listed(requestId=made.pick(..., None))
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def file_of_another_request_at_the_same_key(made: Maker) -> None:
    entry, later = made.listed(), made.entry()
    key = {name: entry[name] for name in ("timeframe", "asOfDate", "store")}
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(later, **key)))


def one_request_for_two_entries(made: Maker) -> None:
    entry = made.listed()
    made.listed(requestId=entry["requestId"], store=entry["store"])
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def compact_file(made: Maker) -> None:
    entry = made.listed()
    raw = json.loads(made.wrapper(made.payload(entry)))
    made.put(f"{keyed(entry)}.json", json.dumps(raw, separators=(",", ":")).encode() + b"\n")


ORDINARY: tuple[Shape, ...] = (
    *(wrapper_named_by_key, wrapper_named_by_id, bare_snapshot_named_by_id, wrapper_below_its_store),
    *(wrapper_below_its_store_named_by_id, entry_without_a_file, file_without_an_entry),
    *(file_without_an_entry_or_an_id, version_whose_predecessor_is_gone, versions_of_one_key_and_one_file),
    *(versions_of_one_key_each_with_its_file, one_version_of_one_key_twice, the_same_entry_twice),
    *(one_id_with_two_meanings, one_key_of_two_stores, entry_without_a_store, object_object_of_an_entry),
    *(entry_without_a_store_whose_file_says_it,),
    *(object_object_of_nobody, object_object_beside_the_file_of_its_entry, the_same_bytes_in_two_places),
    *(
        one_request_in_two_files_of_other_bytes,
        one_request_in_two_files_that_say_otherwise,
        file_without_a_request,
        entry_without_a_request,
    ),
    *(file_of_another_request_at_the_same_key, one_request_for_two_entries, compact_file),
)
