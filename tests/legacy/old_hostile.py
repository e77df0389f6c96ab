"""The shapes that nobody meant: damage, strangers, and what somebody put there to do harm."""
# size: one catalogue, a shape a function

from tests.factories import STORES
from tests.legacy.old_archives import Node, as_json
from tests.legacy.old_maker import RECIPIENTS, Maker, keyed
from tests.legacy.old_shapes import Shape

HOSTILE = (
    "../../stores",
    "..",
    "",
    "a\x00b",
    "x\nBcc: all@example.com",
    "\x1b[31mred",
    "A" * 400,
    "\u202etxt.exe",
    "[/red]",
)
"""Text for where an id, a path or a name is expected: a walk, controls, a header, a length, a turn of direction."""


def _named(made: Maker) -> tuple[str, bytes]:
    """Return the name and the sound bytes of the file of a new entry."""
    entry = made.listed()
    name = made.pick(f"{keyed(entry)}.json", f"{entry['id']}.json")
    return name, made.wrapper(made.payload(entry))


def half_written_file(made: Maker) -> None:
    name, raw = _named(made)
    made.put(name, raw[: made.pick(1, len(raw) // 2, len(raw) - 1)])


def empty_file(made: Maker) -> None:
    name, _ = _named(made)
    made.put(name, made.pick(b"", b"\n", b"\0" * 64))


def file_that_is_not_utf_8(made: Maker) -> None:
    name, raw = _named(made)
    made.put(name, made.pick(raw.replace(b"high", b"hi\xe9gh"), raw.decode().encode("utf-16"), b"\xff\xfe\x00"))


def file_with_a_byte_order_mark(made: Maker) -> None:
    name, raw = _named(made)
    made.put(name, b"\xef\xbb\xbf" + raw)


def file_with_a_key_twice(made: Maker) -> None:
    name, raw = _named(made)
    made.put(name, raw.replace(b'"confidence": "high"', b'"requestId": "another", "confidence": "high"'))


def file_that_json_allows_no_more(made: Maker) -> None:
    name, raw = _named(made)
    deep = b"[" * 3000 + b"]" * 3000
    made.put(name, raw.replace(b'"high"', made.pick(b"NaN", b"-Infinity", deep)))


def file_of_what_json_allows_and_omen_does_not_write(made: Maker) -> None:
    """Numbers and texts that are valid JSON: the file is whole, whatever a reader makes of them."""
    name, raw = _named(made)
    odd = made.pick(
        b"1" + b"0" * 5000, b'"\\ud800"', b'"\\udc00 \\ud83d"', b"1e300", b"-1E-999999999999", b"0." + b"1" * 90
    )
    made.put(name, raw.replace(b'"high"', odd))


def file_of_something_else(made: Maker) -> None:
    name, _ = _named(made)
    made.put(name, made.pick(b"null", b"[]", b'"text"', b"{}", b'{"snapshot": null}', b'{"error": "ENOSPC"}'))


def file_that_says_another_store(made: Maker) -> None:
    """A payload of one store in the folder of the other: what the old system's mix-up of clients left."""
    entry = made.listed(store=STORES[0])
    made.put(f"{STORES[0]}/{keyed(entry)}.json", made.wrapper(made.payload(entry, store=STORES[1])))


def unlisted_file_below_another_store(made: Maker) -> None:
    lost = made.entry(store=STORES[0])
    made.put(f"{STORES[1]}/{keyed(lost)}.json", made.wrapper(made.payload(lost)))


def file_whose_name_says_another_date(made: Maker) -> None:
    entry, other = made.listed(), made.entry()
    made.put(f"{keyed(other)}.json", made.wrapper(made.payload(entry)))


def strange_file(made: Maker) -> None:
    """Files that are no snapshots by their name; one has a name that is not UTF-8."""
    names = ("notes.txt", ".DS_Store", "snapshot_weekly.json.tmp", "index.json.bak", "a\nb.json", "caf\udce9.json")
    made.put(made.pick(*names, "[/red].json", "-rf.json", "weekly/.json"), made.pick(b"old", b"\xff", b"{}"))


def copy_of_a_file_under_an_odd_name(made: Maker) -> None:
    name, raw = _named(made)
    made.put(name, raw)
    odd = (f"{name}.bak", f"copy of {name}", name.upper(), f"old/{name}", f"caf\udce9 {name}", f"a\nb {name}")
    made.put(made.pick(*odd), raw)


def folder_where_a_file_should_be(made: Maker) -> None:
    name, raw = _named(made)
    made.nodes[name] = Node("folder")
    if made.pick(True, False):
        made.put(f"{name}/{name}", raw)


def link_where_a_file_should_be(made: Maker) -> None:
    """A link to a sound payload outside the old folder, to a file beside it, to nothing, to itself or to a folder."""
    name, raw = _named(made)
    secret, beside = f"outside-{len(made.outside)}.json", f"kept-{len(made.nodes)}.json"
    target = made.pick(f"../{secret}", beside, "missing.json", name, "..")
    if target == f"../{secret}":
        made.outside[secret] = raw
    elif target == beside:
        target = made.put(beside, raw)
    made.nodes[name] = Node("link", target)


def pipe_where_a_file_should_be(made: Maker) -> None:
    name, _ = _named(made)
    made.nodes[name] = Node("fifo")


def path_that_leaves_the_folder(made: Maker) -> None:
    """An entry whose `filePath` names a sound payload outside the old folder."""
    secret = f"outside-{len(made.outside)}.json"
    entry = made.listed(filePath=f"../{secret}")
    made.outside[secret] = made.wrapper(made.payload(entry))


def entry_with_a_hostile_text(made: Maker) -> None:
    field = made.pick(
        "id", "filePath", "timeframe", "asOfDate", "createdBy", "supersedes", "emailRecipient", "requestId"
    )
    made.listed(**{field: made.pick(*HOSTILE)})


def entry_with_a_wrong_type(made: Maker) -> None:
    field = made.pick("id", "asOfDate", "version", "generatedAt", "summary", "emailSent", "emailSentAt", "sizeBytes")
    made.listed(**{field: made.pick(None, [], {}, -1, 0, 1.5, True, 10**30, "2", "yesterday")})


def entry_with_recipients_in_another_way(made: Maker) -> None:
    """Recipients as a list, a line, a name with an address, in capitals, or none at all, of what was sent."""
    one, other = made.pick(RECIPIENTS[:2], RECIPIENTS[1:])
    said = ([one], [one, other], f"{one}, {other}", f"The Owner <{one}>", f" {one.upper()} ", {"address": one})
    entry = made.listed(emailSent=True, emailRecipient=made.pick(*said, None, "", [], "the owner"))
    if made.pick(True, False):
        made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def entry_with_a_field_gone(made: Maker) -> None:
    made.listed(**{made.pick("id", "timeframe", "asOfDate", "version", "generatedAt", "createdAt", "emailSent", "supersedes"): ...})  # fmt: skip


def entry_with_marks_that_contradict(made: Maker) -> None:
    """A mark, a time and recipients of which one says yes, and another nothing, no, or what nobody can read."""
    one, other = made.pick(RECIPIENTS[:2], RECIPIENTS[1:])
    at = made.pick(..., None, "2026-01-12T03:00:00.000Z", 1_768_094_287_062, "2026-01-12T03:00:00")
    sent = made.pick(..., None, False, True, "sent", "yes", {"ok": True})
    whom = made.pick(None, one, f"{one}/{other}", f"{one} & {other}", f"{one}|{other}", f"{one}; {other}")
    entry = made.listed(emailSent=sent, emailSentAt=at, emailRecipient=whom)
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry)))


def sent_entry_that_cannot_be_brought_over(made: Maker) -> None:
    """An e-mailed entry of no version; its file says its request, its id, or only its key and its time."""
    entry = made.listed(version="x", **_sent(made))
    left_out = made.pick((), ("snapshotId",), ("requestId",), ("requestId", "snapshotId"))
    made.put(f"{keyed(entry)}.json", made.wrapper(made.payload(entry, **dict.fromkeys(left_out, ...))))


def one_id_of_two_requests(made: Maker) -> None:
    """Two entries of one id, each with a request and a file of its own; the one that comes second was e-mailed."""
    entry, other = made.listed(), made.entry()
    key = {name: entry[name] for name in ("id", "timeframe", "asOfDate", "store")}
    rival = {**other, **key, "version": made.pick(1, 2), **_sent(made)}
    made.rows.append(rival)
    for number, one in enumerate((entry, rival)):
        made.put(f"{number}/{keyed(one)}.json", made.wrapper(made.payload(one)))


def _sent(made: Maker) -> dict[str, object]:
    at = "2026-01-14T08:00:00.000Z"
    return {"emailSent": True, "emailSentAt": at, "emailRecipient": made.pick(*RECIPIENTS)}


def row_that_is_no_entry(made: Maker) -> None:
    made.rows.append(made.pick(None, [], "snapshot_weekly_2026-01-09", 7, {}, {"id": "x"}))


def id_without_its_last_part(made: Maker) -> None:
    entry = made.entry()
    made.listed(id=entry["id"].rpartition("_")[0], **{name: entry[name] for name in ("timeframe", "asOfDate")})


def ids_that_differ_only_in_case(made: Maker) -> None:
    entry = made.listed()
    head, _, tail = entry["id"].rpartition("_")
    kept = {name: entry[name] for name in ("timeframe", "asOfDate", "store")}
    made.listed(id=made.pick(f"{head}_{tail.upper()}", entry["id"].capitalize()), version=2, **kept)


def unlisted_file_with_a_hostile_text(made: Maker) -> None:
    lost = made.entry()
    field = made.pick("snapshotId", "requestId", "generatedAt", "asOfDate", "timeframe", "store")
    made.put(f"{keyed(lost)}.json", as_json({"snapshot": made.payload(lost, **{field: made.pick(*HOSTILE)})}))


DAMAGED: tuple[Shape, ...] = (
    *(half_written_file, empty_file, file_that_is_not_utf_8, file_with_a_byte_order_mark, file_with_a_key_twice),
    *(
        file_that_json_allows_no_more,
        file_of_what_json_allows_and_omen_does_not_write,
        file_of_something_else,
        file_that_says_another_store,
    ),
    *(unlisted_file_below_another_store, file_whose_name_says_another_date, strange_file),
    *(copy_of_a_file_under_an_odd_name, folder_where_a_file_should_be, link_where_a_file_should_be),
    *(pipe_where_a_file_should_be, path_that_leaves_the_folder, entry_with_a_hostile_text, entry_with_a_wrong_type),
    *(entry_with_a_field_gone, row_that_is_no_entry, id_without_its_last_part, ids_that_differ_only_in_case),
    *(unlisted_file_with_a_hostile_text, entry_with_recipients_in_another_way),
    *(entry_with_marks_that_contradict, sent_entry_that_cannot_be_brought_over, one_id_of_two_requests),
)
