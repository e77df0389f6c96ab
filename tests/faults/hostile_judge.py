"""What must hold after every hostile file: of what was answered, and of what stands on the disk."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from omen_cli.archive.documents import decode, ids_of
from omen_cli.model.canonical import load_strict
from omen_cli.model.ids import parse_snapshot_id
from tests.architecture.exit_table import readme_table
from tests.faults.hostile_cases import FORMAT, PENDING, Case
from tests.faults.hostile_commands import READERS, as_json
from tests.faults.hostile_ground import KEY, NEW_KEY, NJ, PENDING_KEY, ROOT, THEIRS, Ground
from tests.faults.hostile_nodes import OUTSIDE
from tests.faults.hostile_tree import Thing, Tree, is_same
from tests.faults.hostile_world import Answer

STATUSES = {status for row in readme_table() for status in row.exits}
_OF_A_BUG = {70, 130, 143}
_MAY_ANSWER = {  # what an operator can make of it; anything else hides what is wrong
    **dict.fromkeys(("history", "history again", "list", "newest", "show", "show by key"), frozenset((0, 5, 7))),
    **dict.fromkeys(("generate", "generate new", "force"), frozenset((0, 7))),
    **dict.fromkeys(("verify", "repair", "audit", "audit check"), frozenset((0, 1, 7))),
    "verify again": frozenset((0, 7)),
}
_FIRST = ("history", "show", "another reader")  # then verify, in the turn in which it looks deep before all writers
_MARKS = ("CANARY", "California Cannabis")
_HARMLESS_TEXT = re.compile(r"[\n\t]")
_NEW = re.compile(
    r"(quarantine/.+|index/\d{4}-\d{2}\.json|index/\.\d{4}-\d{2}\.json\.tmp|audit/\d{4}-\d{2}\.jsonl|\.pending|README"
    r"|locks/(daily|weekly|monthly)\.lock|\.lock|\.send\.lock|index|audit|quarantine|deliveries|locks)"
)
_NEW_BESIDE = re.compile(r"data|data/snapshots|data/\.lock|data/\.omen-format|data/audit|data/audit/\d{4}-\d{2}\.jsonl")
_DRAFT = re.compile(r"(index/)?\.[^/]+\.tmp")


def judge_answers(case: Case, ground: Ground, answers: Mapping[str, Answer], trace: str) -> Iterator[str]:
    """Yield what is wrong with what the commands said."""
    for name, answer in answers.items():
        may_answer = _MAY_ANSWER[name] | (
            {1} if name == "verify again" and _was_refused(case, answers) else frozenset()
        )
        for problem in _problems(case, ground, name, answer, trace, may_answer):
            yield f"{name}: {problem}"


def _was_refused(case: Case, answers: Mapping[str, Answer]) -> bool:
    """Tell whether --repair rightly would not begin: the audit cannot be written, or a folder is not ours."""
    is_closed = case.as_nobody or case.kind.startswith(("folder", "audit", "data/audit")) or "/audit/" in case.path
    return is_closed and answers["repair"].status == 7 and "data_lost" not in answers["repair"].out


def _problems(
    case: Case, ground: Ground, name: str, answer: Answer, trace: str, may_answer: frozenset[int]
) -> Iterator[str]:
    if answer.escaped:
        yield f"raised past main: {answer.escaped}"
        return
    if answer.status in _OF_A_BUG or answer.status not in STATUSES:
        yield f"exit {answer.status}: {trace or answer.err.strip()}"
    elif answer.status not in may_answer:
        yield f"exit {answer.status} where only {sorted(may_answer)} may be: {answer.err.strip()[-300:]}"
    if "Traceback" in answer.err + answer.out:
        yield "shows a trace"
    yield from _unclear(answer)
    yield from _leaks(answer)
    if answer.status == 0:
        yield from _false(case, ground, name, answer)
    elif name in READERS and not _may_refuse(case, ground, name):
        yield f"exit {answer.status} for what was not touched: {answer.err.strip()[-300:]}"


def _unclear(answer: Answer) -> Iterator[str]:
    for name, text in (("stdout", answer.out), ("stderr", answer.err)):
        bad = sorted({char for char in _HARMLESS_TEXT.sub("", text) if not char.isprintable()})
        if bad:
            yield f"raw control characters on {name}: {bad}"
    lines = answer.err.splitlines()
    if any(not line.startswith(("omen: ", "  ")) for line in lines):
        yield f"stderr is not one of omen's lines: {answer.err[:200]!r}"
    if any(len(line) > 2_000 for line in lines):
        yield f"a line of {max(map(len, lines))} characters on stderr"
    is_said = len(lines) > 1 and lines[-2].startswith("omen: ") and lines[-1].startswith("  ")
    if answer.status not in (0, 1) and not is_said:
        yield f"no clear line with a hint: {answer.err[:300]!r}"


def _leaks(answer: Answer) -> Iterator[str]:
    for mark in _MARKS:
        if mark in answer.out:
            yield f"what is not this store's is in the answer: {mark}"
    if "CANARY" in answer.err:
        yield "what lies outside is in the message"


def _may_refuse(case: Case, ground: Ground, name: str) -> bool:
    """Tell whether a reader may refuse: the tree is not ours to touch, or it was asked for the damaged file."""
    if case.kind == "folder" or case.path == FORMAT or case.path.endswith("snapshots/index.json"):
        return True
    if case.as_nobody and case.path.startswith(f"{ROOT}/index/"):
        return True
    if case.kind.startswith("index") and name.startswith("show"):
        return True  # its size and its hash stand there, too: a flipped digit of them accuses the snapshot
    return name in ("show", "show by key") and case.kind in ("snapshot", "superseded snapshot")


def _is_gone(case: Case) -> bool:
    """Tell whether a folder above the archive was put away: then there is nothing that could be answered from."""
    return case.kind == "folder" and case.path in ("data", "data/snapshots", ROOT)


def _false(case: Case, ground: Ground, name: str, answer: Answer) -> Iterator[str]:
    """Yield what is not true in an answer that claims to be whole."""
    if name in ("list", "show by key", "audit"):
        return
    document = None if name == "verify again" else as_json(answer.out)
    if document is None:
        if name != "verify again":
            yield f"stdout is not one JSON document: {answer.out[:100]!r}"
        return
    if name in ("history", "history again"):
        yield from _false_list(case, ground, document["data"])
    elif name in ("newest", "show"):
        yield from _false_snapshot(case, ground, document["data"])
    elif name == "generate":
        yield from _false_duplicate(case, ground, document["data"]["results"][0])


def _false_list(case: Case, ground: Ground, entries: list[dict[str, Any]]) -> Iterator[str]:
    listed = [entry["id"] for entry in entries]
    damaged = _target_id(case)
    for missing in set(ground.documents) - set(listed) - {damaged}:
        if not _is_gone(case):
            yield f"does not list {missing}, which nobody touched"
    keys = [(entry["timeframe"], entry["asOfDate"], entry["version"]) for entry in entries]
    if len(set(keys)) != len(keys):
        yield f"lists a version twice: {sorted(key for key in keys if keys.count(key) > 1)[0]}"
    for entry in entries:
        if entry["storeId"] != NJ:
            yield f"lists another store's {entry['id']}"
        if not (_may_list(case, ground, entry) or _is_gone(case)):
            yield f"lists {entry['id']}, which nobody acknowledged"


def _may_list(case: Case, ground: Ground, entry: dict[str, Any]) -> bool:
    made = (entry["timeframe"], entry["asOfDate"])
    is_ours = made in (NEW_KEY, PENDING_KEY) or (made == KEY and entry["reason"] == "a test")
    return entry["id"] in ground.documents or entry["id"] in case.may_list or is_ours


def _false_snapshot(case: Case, ground: Ground, document: dict[str, Any]) -> Iterator[str]:
    if case.without_index and document["id"] == _target_id(case):
        return  # whole in itself: only its shard could tell, and the case took that, too
    if document["id"] in case.may_list:
        return
    if document != ground.documents.get(document["id"]):
        yield f"shows {document['id']}, and not as it was acknowledged"


def _false_duplicate(case: Case, ground: Ground, result: dict[str, Any]) -> Iterator[str]:
    if _is_gone(case):
        return
    right = {(version, ground.snapshot_id(KEY, version)) for version in (2, *((1,) if _target_id(case) else ()))}
    is_forced = result["entry"]["reason"] == "a test"
    if result["outcome"] != "duplicate_prevented" or not (
        (result["version"], result["snapshotId"]) in right or is_forced
    ):
        yield f"{result['outcome']} {result['snapshotId']} version {result['version']}: a second answer for the key"


def _target_id(case: Case) -> str | None:
    return Path(case.path).stem if case.kind in ("snapshot", "superseded snapshot") else None


def judge_tree(case: Case, ground: Ground, before: Tree, after: Tree, answers: Mapping[str, Answer]) -> Iterator[str]:
    """Yield what is wrong with what stands on the disk."""
    names = list(answers)
    if "verify" in names and names.index("verify") == len(_FIRST) and _target_id(case) and not answers["verify"].status:
        yield "verify --deep does not see a snapshot that is not what was acknowledged"
    if case.path == "data" and "outside/moved/snapshots" in before:
        return  # `data` itself may be a link: the archive is there
    for path, was in before.items():
        now = after.get(path)
        is_own = path.startswith(f"{ROOT}/") or path in (ROOT, "data", "data/snapshots", "data/audit", case.path)
        if is_same(was, now) and (is_own or (now and now.mode == was.mode)):
            continue
        is_planted = path == case.path or (path.startswith(f"{case.path}/") and path not in ground.items)
        if is_planted:
            yield from _gone(case, path, was, after)
        elif not _may_change(path, was, now):
            yield f"{path!a}: was {_short(was)}, is {_short(now)}"
    yield from _new(case, before, after)
    yield from _left_over(case, after, answers)
    yield from _twice(case, after)


def _may_change(path: str, was: Thing, now: Thing | None) -> bool:
    if path.startswith((f"{ROOT}/audit/", "data/audit/")):
        return bool(now and isinstance(was.content, bytes) and _begins(now, was.content))
    return path.startswith(f"{ROOT}/index/") and was.kind == "file" and now is not None and now.kind == "file"


def _begins(now: Thing, was: bytes) -> bool:
    return isinstance(now.content, bytes) and now.content.startswith(was)


def _gone(case: Case, path: str, was: Thing, after: Tree) -> Iterator[str]:
    """Yield when the planted thing is neither where it was nor in quarantine, and is none that may be undone."""
    quarantined = [now for other, now in after.items() if other.startswith(f"{ROOT}/quarantine/")]
    kept = any(is_same(was, now) or _is_grown(was, now) for now in quarantined)
    if kept or _may_go(case, path, was, after):
        return
    now = after.get(path)
    if "/audit/" in path and now and isinstance(was.content, bytes) and _begins(now, was.content):
        return
    yield f"what was damaged is gone: {path!a} was {_short(was)}, is {_short(now)}"


def _is_grown(was: Thing, now: Thing) -> bool:
    """Tell whether a large audit may have been appended to before it was set aside: its bytes are not kept here."""
    return was.kind == now.kind == "file" and isinstance(was.content, str) and isinstance(now.content, str)


def _may_go(case: Case, path: str, was: Thing, after: Tree) -> bool:
    """Tell whether the protocol undoes such a thing: a shard is derived, a draft and a torn `.pending` are nobody's."""
    if was.kind == "folder" or path != case.path:
        return False
    below = path.removeprefix(f"{ROOT}/")
    if path.startswith(f"{ROOT}/index/") and re.fullmatch(r"index/\d{4}-\d{2}\.json", below):
        return True
    if _DRAFT.fullmatch(below):
        return True
    return path == PENDING and _may_be_undone(was, after)


def _may_be_undone(was: Thing, after: Tree) -> bool:
    if was.kind != "file" or not isinstance(was.content, bytes):
        return True
    try:
        load_strict(was.content)
    except ValueError:
        return True  # torn
    if ids_of(was.content) is not None:
        return True
    try:
        snapshot_id = decode(was.content, NJ).id
    except ValueError:
        return False
    now = after.get(f"{ROOT}/{snapshot_id}.json")
    return bool(now and now.content == was.content)


def _new(case: Case, before: Tree, after: Tree) -> Iterator[str]:
    keys = {NEW_KEY, PENDING_KEY, KEY}
    for path in after:
        if path in before or path.startswith("traces"):
            continue
        below = path.removeprefix(f"{ROOT}/")
        identity = parse_snapshot_id(below.removesuffix(".json"))
        is_snapshot = identity is not None and (identity.timeframe, str(identity.as_of_date)) in keys
        is_known = bool(_NEW.fullmatch(below) or is_snapshot) if below != path else bool(_NEW_BESIDE.fullmatch(path))
        is_adopted = identity is not None and str(identity) in case.may_list
        if path.startswith((OUTSIDE, THEIRS)) or not (is_known or is_adopted or path == ROOT):
            yield f"made {path!a}, which is no name of omen's here"


def _left_over(case: Case, after: Tree, answers: Mapping[str, Answer]) -> Iterator[str]:
    """Yield when the last command that wrote was done, and yet left something unfinished."""
    writers = [answer for name, answer in answers.items() if name in ("generate", "generate new", "force", "repair")]
    if not writers or writers[-1].status:
        return
    if PENDING in after and not _is_gone(case):
        yield "leaves a .pending behind a command that was done"


def _twice(case: Case, after: Tree) -> Iterator[str]:
    """Yield when two whole snapshots, or two records, are there for one version of one key."""
    if case.kind.startswith("audit"):
        return
    claims: dict[object, object] = {}
    for path, thing in after.items():
        if not (path.startswith(f"{ROOT}/audit/") and isinstance(thing.content, bytes)):
            continue
        for line in thing.content.splitlines():
            event = _event(line)
            if event.get("event") != "snapshot.created":
                continue
            key = (event.get("timeframe"), event.get("asOfDate"), event.get("version"))
            if claims.setdefault(key, event.get("id")) != event.get("id"):
                yield f"two ids were acknowledged for {key}: {claims[key]} and {event.get('id')}"


def _event(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _short(thing: Thing | None) -> str:
    return "gone" if thing is None else f"{thing.kind} {thing.mode:o} {str(thing.content)[:60]!a}"
