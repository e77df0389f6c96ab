"""Hostile bytes: what may be made of a file's content, each with a name that says what it is."""

import gzip
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from omen_cli.model.canonical import load_strict
from tests.faults.hostile_ground import sealed

Named = tuple[str, bytes]
DEPTH = 200_000
_RAW = "@@raw@@"  # what follows in such a string stands in the file without quotes
VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    7,
    10**18,
    f"{_RAW}1e999",
    f"{_RAW}NaN",
    f"{_RAW}-Infinity",
    f"{_RAW}{'9' * 5000}",
    f"{_RAW}{'9' * 60}",
    f"{_RAW}0.{'0' * 50}1",
    f'{_RAW}"\\ud800"',
    "",
    "x" * 10_000,
    "../../x",
    "\x1b[2J\x07\u202e[/red]\n",
    "/etc/passwd",
    "CaliCannabis",
    "snapshot_weekly_2026-01-09_1_zzzzzzzz",
    "0001-01-01T00:00:00.000+23:00",
    "9999-12-31T23:59:59.999-23:00",
    "9999-12-31",
    "2026-01-11",
    [],
    ["x", ["x"]],
    {},
    {"a": 1},
)
_DOCUMENTS = {
    "nothing but a blank": b" ",
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "a string": b'"x"',
    "an empty list": b"[]",
    "an empty object": b"{}",
    "a list of it all": b'[{"id":1},null]',
    "text": b"hello\n",
    "html": b"<html></html>\n",
    "gzip": gzip.compress(b"{}", mtime=0),
    "NUL bytes": bytes(4096),
    "0xff": b"\xff" * 100,
    "escape sequences": b"\x1b]0;pwned\x07\x1b[2J",
    "brackets 200,000 deep": b"[" * DEPTH,
    "brackets 200,000 deep, closed": b"[" * DEPTH + b"]" * DEPTH,
    "objects 200,000 deep": b'{"a":' * DEPTH + b"1" + b"}" * DEPTH,
    "a string that never ends": b'"' + b"x" * DEPTH,
    "200,000 quotes": b'"' * DEPTH,
    "200,000 backslashes in a string": b'"' + b"\\" * DEPTH,
    "a list of 200,000 objects": b"[" + b"{}," * DEPTH + b"{}]",
    "200,000 keys alike": b"{" + b'"a":1,' * DEPTH + b'"a":1}',
    "the number 1e999999999": b"1e999999999",
    "a number of 100,000 digits": b"9" * 100_000,
    "NaN": b"NaN",
    "200,000 empty lines": b"\n" * DEPTH,
}


def documents() -> Iterator[Named]:
    """Yield what is no such file at all."""
    yield from _DOCUMENTS.items()


def truncated(raw: bytes) -> Iterator[Named]:
    """Yield the file cut at nothing, one byte, powers of two, a few places near the end, and around every newline."""
    cuts = {0, 1, *(2**power for power in range(1, 27)), *(len(raw) - back for back in range(1, 9))}
    for place, byte in enumerate(raw[:-1]):
        if byte == 0x0A:
            cuts.update((place, place + 1, place + 2))
    for cut in sorted(cut for cut in cuts if 0 <= cut < len(raw)):
        yield f"cut to {cut} of {len(raw)} bytes", raw[:cut]


def flipped(raw: bytes, random: Random, count: int) -> Iterator[Named]:
    """Yield the file with one bit flipped."""
    for place in sorted(random.sample(range(len(raw) * 8), min(count, len(raw) * 8))):
        edited = bytearray(raw)
        edited[place // 8] ^= 1 << place % 8
        yield f"bit {place % 8} of byte {place // 8} flipped", bytes(edited)


def reencoded(raw: bytes) -> Iterator[Named]:
    """Yield the same text in another dress."""
    text = raw.decode("utf-8")
    yield "with a BOM", b"\xef\xbb\xbf" + raw
    yield "in UTF-16", text.encode("utf-16")
    yield "in UTF-16 without BOM", text.encode("utf-16-le")
    yield "in Latin-1, after a letter of it", b"\xe9" + raw
    yield "with CRLF", raw.replace(b"\n", b"\r\n") if b"\n" in raw else raw + b"\r\n"
    yield "with a NUL at its end", raw + b"\0"
    yield "with a NUL in its middle", raw[: len(raw) // 2] + b"\0" + raw[len(raw) // 2 :]
    yield "with NULs for its second half", raw[: len(raw) // 2] + bytes(len(raw) - len(raw) // 2)
    yield "after a blank", b" " + raw
    yield "with a newline more", raw + b"\n"
    yield "with garbage behind", raw + b"garbage"
    yield "without its last newline, garbage behind", raw.rstrip(b"\n") + b"garbage\n"
    yield "twice", raw + raw
    yield "with an escape sequence behind", raw + b"\x1b[2J"


def duplicated(raw: bytes) -> Iterator[Named]:
    """Yield a JSON object with a key that stands twice."""
    for key in json.loads(raw):
        yield f"with {key} twice", b'{"%s":"x",' % key.encode() + raw.lstrip()[1:]


def edited(raw: bytes, random: Random, count: int) -> Iterator[Named]:
    """Yield a JSON object with one field of another value, missing, renamed, or with one key more; `count` of them."""
    document = load_strict(raw)
    edits: list[tuple[str, Callable[[Any, Any], None]]] = [
        *((f"to {_short(value)}", _setting(value)) for value in VALUES),
        ("away", lambda holder, key: holder.pop(key)),
        ("renamed", lambda holder, key: holder.update(x=holder.pop(key)) if isinstance(holder, dict) else holder.pop(key)),
        ("with a key beside it", lambda holder, key: holder.update(unknown=1) if isinstance(holder, dict) else holder.append(1)),
        ("twice over", lambda holder, key: holder.append(holder[key]) if isinstance(holder, list) else holder.pop(key)),
    ]  # fmt: skip
    paths = list(_paths(document))
    pairs = [(path, edit) for path in paths for edit in edits]
    top = [pair for pair in pairs if len(pair[0]) == 1]
    chosen = [*random.sample(top, min(count // 2, len(top))), *random.sample(pairs, min(count, len(pairs)))]
    for path, (what, edit) in chosen[:count]:
        yield f"{'.'.join(map(str, path))} {what}", _edit(raw, path, edit)


def edited_field(raw: bytes, path: tuple[str | int, ...], value: object) -> bytes:
    """Return a JSON object with one field of another value."""
    return _edit(raw, path, _setting(value))


def resealed(raw: bytes, random: Random, count: int) -> Iterator[Named]:
    """Yield a snapshot with one field of another value, its hash and id made to fit: only its name or its index tell."""
    for what, edited_raw in edited(raw, random, 3 * count):
        try:
            document = load_strict(edited_raw)
            if isinstance(document, dict):
                yield f"{what}, sealed", sealed(document)
        except (ValueError, KeyError):
            continue


def in_a_line(raw: bytes, which: int, change: Callable[[bytes], Iterator[Named]]) -> Iterator[Named]:
    """Yield a file of lines with one of them changed."""
    lines = raw.splitlines(keepends=True)
    where = which % len(lines)
    for what, line in change(lines[where]):
        yield f"line {where + 1}: {what}", b"".join([*lines[:where], line.rstrip(b"\n") + b"\n", *lines[where + 1 :]])


def _paths(value: object, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*before, key)
            yield from _paths(inner, (*before, key))
    elif isinstance(value, list) and value:
        for place in {0, len(value) - 1}:
            yield (*before, place)
            yield from _paths(value[place], (*before, place))


def _setting(value: object) -> Callable[[Any, Any], None]:
    def set_it(holder: Any, key: Any) -> None:
        holder[key] = value

    return set_it


def _edit(raw: bytes, path: tuple[str | int, ...], edit: Callable[[Any, Any], None]) -> bytes:
    """Return the document edited at `path`, in omen's own form as far as it has one; numbers keep their text."""
    document = json.loads(raw, parse_float=lambda text: f"{_RAW}{text}")
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    edit(holder, path[-1])
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _unquoted(text).encode("utf-8", "surrogatepass") + b"\n"


def _unquoted(text: str) -> str:
    """Let what `_RAW` marks stand without its quotes."""
    before, *marked = text.split(f'"{_RAW}')
    parts = [before]
    for part in marked:
        token, rest = json.decoder.scanstring(f"{part}", 0)
        parts.append(token + part[rest:])
    return "".join(parts)


def _short(value: object) -> str:
    return repr(value).replace(_RAW, "raw ")[:40]
