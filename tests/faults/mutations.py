"""The protections of the archive, each as the edit that removes it, and where it is most likely to be missed.

An edit names a text that stands exactly once in its file; `make mutants` says so when it does not fit any more.
"""

from dataclasses import dataclass

_NEW_TREE = (("reordering", "generate: new tree"), ("reordering", "generate: new store beside another"))
_GENERATE = (("reordering", "generate: existing month"), ("reordering", "generate: new month"))
_KILLED = tuple(
    ("reordering", f"generate: {name}")
    for name in (
        "existing month",
        "killed after link",
        "killed after audit",
        "killed before .pending went, another date now",
    )
)
_PRUNE = (("reordering", "prune: several, two months, a delivery"), ("reordering", "prune: killed while it removed"))
_REPAIR = (
    ("reordering", "verify --repair: orphan"),
    ("reordering", "verify --repair: unknown files"),
    ("reordering", "verify --repair: damaged snapshot"),
    ("reordering", "generate: lost shard"),
    ("reordering", "generate: orphan of the same date"),
)
_IN_PROCESS = (("inject", "generate: existing month"), ("inject", "generate: --force"))
_PROCESSES = (("processes", ""),)
_HOSTILE = (("hostile", ""),)
_ENOSPC = (("enospc", ""),)
_ORDER = (("tests", "tests/archive/test_durable_order.py"),)
_ROUND_TRIP = (("tests", "tests/archive/test_round_trip.py"),)
_CRASHES = (("tests", "tests/archive/test_crashes.py"),)
_OWNER = (("tests", "tests/cli/test_wrong_owner.py"),)
_VERIFY = (("tests", "tests/cli/test_verify.py"),)
_DATA_AUDIT = (("tests", "tests/cli/test_data_audit.py"),)


@dataclass(frozen=True)
class Mutation:
    """One protection: `edits` are (file, text, replacement), `probes` (layer, scene) to try first.

    A file without a folder is one below omen_cli/archive, any other is below omen_cli.
    `reason` says why the protection is kept although no layer misses it; `may_hang` that a program without it may wait
    for ever, so that a probe which does not end has caught it.
    """

    name: str
    edits: tuple[tuple[str, str, str], ...]
    probes: tuple[tuple[str, str], ...]
    reason: str = ""
    may_hang: bool = False


def no(
    name: str, file: str, text: str, probes: tuple[tuple[str, str], ...], new: str = "", reason: str = ""
) -> Mutation:
    """Return the protection that one edit removes: `new` in the place of `text`."""
    return Mutation(name, ((file, text, new),), probes, reason)


def tests_of(file: str, *names: str) -> tuple[tuple[str, str], ...]:
    """Return the probe of a file's tests, or of only those that are named."""
    return (("tests", " ".join(f"tests/{file}::{name}" for name in names) if names else f"tests/{file}"),)


ARCHIVE: tuple[Mutation, ...] = (
    no(
        "no fsync of a new file",
        "files.py",
        "            write_all(descriptor, raw)\n            os.fsync(descriptor)\n",
        _GENERATE,
        "            write_all(descriptor, raw)\n",
    ),
    no(
        "no fsync of an audit line",
        "files.py",
        '                raise OSError(ENOSPC, "only a part was written")\n            os.fsync(descriptor)\n',
        _GENERATE,
        '                raise OSError(ENOSPC, "only a part was written")\n',
    ),
    no(
        "no fsync of the folder before a new audit file's first byte",
        "files.py",
        "            if found.st_size == 0:\n                fsync_folder(path.parent)\n",
        _NEW_TREE,
    ),
    no(
        "no fsync of the folder after .pending",
        "publish.py",
        "        fsync_folder(layout.root)\n        _give_name(",
        (*_GENERATE, *_NEW_TREE),
        "        _give_name(",
    ),
    no(
        "no fsync of the folder after the snapshot's name",
        "publish.py",
        "        raise\n    fsync_folder(layout.root)\n",
        _GENERATE,
        "        raise\n",
    ),
    no(
        "no fsync of the index folder after the rename",
        "index.py",
        "        unlink(layout.shard(month))\n    fsync_folder(layout.index_dir)\n",
        _GENERATE,
        "        unlink(layout.shard(month))\n",
    ),
    no(
        "no fsync of the parent of a new folder",
        "files.py",
        "        path.mkdir(mode=FOLDER_MODE, exist_ok=True)\n    fsync_folder(path.parent)\n",
        _NEW_TREE,
        "        path.mkdir(mode=FOLDER_MODE, exist_ok=True)\n",
    ),
    no(
        "no fsync of data and snapshots when the tree is there",
        "tree.py",
        "    fsync_folder(layout.data)\n    fsync_folder(layout.snapshots)\n",
        (*_ROUND_TRIP, *_NEW_TREE),
    ),
    no(
        "no fsync of the tree before .lock is made",
        "tree.py",
        "            fsync_folder(layout.locks_dir)\n            fsync_folder(layout.root)\n",
        _NEW_TREE,
        "            pass\n",
    ),
    no(
        "a recovery does not fsync .pending",
        "reconcile.py",
        "    fsync_file(layout.pending)\n    fsync_folder(layout.root)\n",
        (*_KILLED, ("reordering", "generate: a given-up snapshot is back")),
    ),
    no(
        "a recovery does not fsync the folders",
        "reconcile.py",
        "    for folder in (layout.root, layout.snapshots, layout.data):\n        fsync_folder(folder)\n",
        (*_KILLED, *_NEW_TREE),
    ),
    no(
        "a recovery does not fsync the audit that it believes",
        "reconcile.py",
        "        settle_audit(change.layout.audit_dir)\n    else:",
        _KILLED,
        "        pass\n    else:",
    ),
    no(
        "a duplicate does not fsync what it answers with",
        "repair.py",
        "    fsync_file(path)\n    for folder in (layout.index_dir, layout.root, layout.snapshots, layout.data):\n        fsync_folder(folder)\n",
        (*_CRASHES, ("reordering", "generate: duplicate"), *_KILLED),
    ),
    no(
        "a rebuild does not fsync the snapshots that it adopts",
        "repair.py",
        "    for entry in entries:\n        fsync_file(change.layout.snapshot(entry.id))\n    fsync_folder(change.layout.root)\n",
        (*_ORDER, *_REPAIR, *_KILLED),
    ),
    no(
        "quarantine does not fsync its folders",
        "change.py",
        "    fsync_folder(change.layout.quarantine)\n    fsync_folder(path.parent)\n",
        (*_ORDER, *_REPAIR),
    ),
    no(
        'no fsync of the folder after {"ids"} in .pending',
        "change.py",
        '}) + b"\\n")\n    fsync_folder(layout.root)\n    yield\n',
        (*_PRUNE, *_REPAIR),
        '}) + b"\\n")\n    yield\n',
    ),
    no(
        "the copy of an audit with a second name is not made durable under its name",
        "audit_guard.py",
        "        fsync_folder(draft.parent)\n        fsync_folder(folder)\n",
        _ORDER,
        "        fsync_folder(draft.parent)\n",
    ),
    no(
        "the draft of an audit's copy may keep its name",
        "audit_guard.py",
        "        fsync_folder(draft.parent)\n        fsync_folder(folder)\n",
        _ORDER,
        "        fsync_folder(folder)\n",
    ),
    no(
        "a draft that a repair removed may come back",
        "verification.py",
        "        unlink(path)\n        fsync_folder(path.parent)\n",
        _ORDER,
        "        unlink(path)\n",
    ),
    no(
        "the messages of what was pruned may come back",
        "deliveries.py",
        "        remove_folder(folder)\n    fsync_folder(layout.deliveries)\n",
        _ORDER,
        "        remove_folder(folder)\n",
    ),
    no(
        "mending data/audit begins where it cannot be read",
        "data_audit.py",
        "        read_ledger(layout.data_audit)  # where that cannot be read nothing is touched\n",
        _DATA_AUDIT,
    ),
    no(
        "a repair of data/audit leaves the names that others have",
        "data_audit.py",
        "        unlink_from_others(layout.data_audit, layout.data_audit_draft)\n",
        _DATA_AUDIT,
    ),
    no(
        "a prune does not fsync the folder when the files are gone",
        "removal.py",
        "        unlink(layout.snapshot(snapshot_id))\n    fsync_folder(layout.root)\n",
        _PRUNE,
        "        unlink(layout.snapshot(snapshot_id))\n",
    ),
    no(
        "a finished prune does not fsync the audit that it believes",
        "removal.py",
        "    settle_audit(folder)  #",
        (*_ORDER, *_PRUNE),
        "    #",
    ),
    Mutation(
        "the index before the audit",
        (
            (
                "publish.py",
                "    audit_created(change, entry, free, counts_as)\n    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n",
                "    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n    audit_created(change, entry, free, counts_as)\n",
            ),
        ),
        (*_IN_PROCESS, *_ROUND_TRIP, *_GENERATE),
    ),
    Mutation(
        "the index before the snapshot",
        (
            (
                "publish.py",
                "    layout, entry = change.layout, entry_of(snapshot, raw)\n",
                "    layout, entry = change.layout, entry_of(snapshot, raw)\n    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n",
            ),
            (
                "publish.py",
                "    audit_created(change, entry, free, counts_as)\n    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n",
                "    audit_created(change, entry, free, counts_as)\n",
            ),
        ),
        _IN_PROCESS,
    ),
    Mutation(
        "a prune removes before it audits",
        (
            (
                "pruning.py",
                "        append_events(layout.audit_dir, at=change.at, by=change.by, event=PRUNED, each=each)\n        remove_files(layout, sorted(gone))\n",
                "        remove_files(layout, sorted(gone))\n        append_events(layout.audit_dir, at=change.at, by=change.by, event=PRUNED, each=each)\n",
            ),
        ),
        (("inject", "prune: several, two months, a delivery"), *_PRUNE),
    ),
    no(
        "a prune leaves no .pending behind it",
        "pruning.py",
        "    with under_way(change, gone):\n",
        (("inject", "prune: several, two months, a delivery"), *_PRUNE),
        "    if under_way:\n",
    ),
    no(
        "between two batches of a prune an older version may answer",
        "pruning.py",
        "one.as_of_date, one.timeframe, one.version)",
        (("tests", "tests/archive/test_prune_batches.py"),),
        "one.as_of_date, one.timeframe, -one.version)",
    ),
    no(
        "a prune passes over deliveries that are not final",
        "pruning.py",
        "        stay = undelivered(layout, entries)\n",
        (("tests", "tests/cli/test_prune.py"),),
        "        stay = frozenset()\n",
    ),
    no(
        "a prune goes on beside a loss",
        "presence.py",
        "        if lost:\n",
        (("tests", "tests/cli/test_prune.py"),),
        "        if False:\n",
    ),
    no(
        "a prune takes what another one removed for a loss",
        "presence.py",
        " - set(read_ledger(layout.audit_dir, is_tolerant=True).pruned)\n",
        (("tests", "tests/archive/test_races.py"),),
        "\n",
    ),
    no(
        "what was pruned is adopted again",
        "scan.py",
        "    if snapshot_id in ledger.pruned:\n",
        (("inject", "prune: killed while it removed"), *_PRUNE, ("tests", "tests/cli/test_prune.py")),
        "    if not snapshot_id:\n",
    ),
    no(
        "what was given up and is back goes before what was made since",
        "scan.py",
        "    seniority = {entry.id: (ledger.is_settled(entry.id), *_seniority(entry, order)) for entry in entries}\n",
        (("tests", "tests/cli/test_given_up.py"), ("inject", "generate: a given-up snapshot is back")),
        "    seniority = {entry.id: _seniority(entry, order) for entry in entries}\n",
    ),
    no(
        "what was given up and is back takes the number of what is lost",
        "remake.py",
        " if not ledger.is_settled(entry.id)}\n",
        (("tests", "tests/cli/test_given_up.py"),),
        "}\n",
    ),
    no(
        ".pending goes before the index is written",
        "publish.py",
        "    audit_created(change, entry, free, counts_as)\n    write_shard(",
        (*_IN_PROCESS, *_CRASHES),
        "    audit_created(change, entry, free, counts_as)\n    unlink(layout.pending)\n    write_shard(",
    ),
    no(
        "nobody reconciles",
        "writing.py",
        "        require_writable_layout(archive.layout)\n        reconcile(change)\n",
        (("inject", "generate: killed after link"), *_IN_PROCESS),
        "        require_writable_layout(archive.layout)\n",
    ),
    no(
        "no lock",
        "lock.py",
        "    lock = _file_lock(path, wait_s)\n",
        _PROCESSES,
        "    lock = _file_lock(path, wait_s)\n    if lock:\n        yield\n        return\n",
    ),
    Mutation(
        "the key is looked up before the lock, and not again",
        (
            (
                "writing.py",
                "    _prepare(change, limits, wait_s)\n    with locked(",
                "    _prepare(change, limits, wait_s)\n    known, existing = look_up(change, timeframe, as_of_date)\n    with locked(",
            ),
            (
                "writing.py",
                "        known, existing = look_up(change, timeframe, as_of_date)\n        snapshot = make(existing)\n",
                "        snapshot = make(existing)\n",
            ),
        ),
        _PROCESSES,
    ),
    no(
        "the layout is not looked at again under the lock",
        "writing.py",
        "        require_writable_layout(archive.layout)\n        reconcile(change)\n",
        _PROCESSES,
        "        reconcile(change)\n",
        reason="guards against a migration that begins between the two looks; no scene runs the two at once",
    ),
    no(
        "no O_NOFOLLOW",
        "files.py",
        "SAFELY = os.O_NOFOLLOW | ",
        (("tests", "tests/archive/test_hostile_files.py"), *_HOSTILE),
        "SAFELY = ",
    ),
    Mutation("no O_NONBLOCK", (("files.py", " | os.O_NONBLOCK\n", "\n"),), _HOSTILE, may_hang=True),
    no(
        "what is no regular file is read",
        "files.py",
        "    if stat.S_ISREG(os.fstat(descriptor).st_mode):\n",
        _HOSTILE,
        "    if descriptor:\n",
    ),
    no("no bound on what is read", "files.py", "    room = MAX_BYTES + 1\n", _HOSTILE, "    room = 10**12\n"),
    Mutation(
        "an audit with a second name is appended to",
        (
            ("files.py", "            if found.st_nlink > 1:\n", "            if found.st_nlink > 99:\n"),
            (
                "audit_guard.py",
                "        if found and found.st_nlink > 1:\n",
                "        if found and found.st_nlink > 99:\n",
            ),
        ),
        (*_HOSTILE, *_VERIFY),
    ),
    no(
        "what cannot be audited is begun",
        "reconcile.py",
        "    require_appendable(change.layout.audit_dir)\n",
        _VERIFY,
    ),
    no(
        "a snapshot's name is taken by a rename that clobbers",
        "files.py",
        "            os.link(source, target, follow_symlinks=False)\n",
        (*_IN_PROCESS, ("tests", "tests/archive")),
        "            os.replace(source, target)\n",
    ),
    no(
        "a new file may clobber",
        "files.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFELY",
        (("tests", "tests/archive/test_hostile_files.py"),),
        "os.O_WRONLY | os.O_CREAT | os.O_TRUNC | SAFELY",
    ),
    no(
        "no disk guard",
        "writing.py",
        "    require_room(change, limits, wait_s)\n    make_tree(change.layout, wait_s)\n",
        (("inject", "generate: refused by the disk guard"), ("tests", "tests/cli/test_disk.py")),
        "    make_tree(change.layout, wait_s)\n",
    ),
    no(
        "no second look at the disk, under the lock",
        "writing.py",
        "        free = require_room(change, limits, wait_s)\n",
        (("tests", "tests/cli/test_disk.py"), *_ENOSPC),
        "        from omen_cli.archive.disk import check_disk, DiskLimits as D\n        free = check_disk(change.layout.root, D(0, 0))\n",
    ),
    no(
        "a torn audit line is not fenced",
        "audit.py",
        "    is_fence_needed = last is not None and last.is_torn and last.path == path\n",
        (("inject", "generate: killed after audit"), *_IN_PROCESS, *_GENERATE),
        "    is_fence_needed = False\n",
    ),
    no(
        "a record is written again by each recovery",
        "reconcile.py",
        "    if entry.id in ledger.created and not ledger.is_settled(entry.id):\n",
        (("inject", "generate: killed after audit"), *_KILLED),
        "    if not entry.id:\n",
    ),
    no(
        "a shard is written in place",
        "index.py",
        "        rename(draft, layout.shard(month))\n",
        (*_IN_PROCESS, *_GENERATE),
        '        layout.shard(month).write_bytes(dump_canonical(shard.plain()) + b"\\n")\n        unlink(draft)\n',
    ),
    no(
        "the index is believed as it parses",
        "index.py",
        "    if fault:\n        raise FileDamaged(layout.shard(month), fault)\n",
        _HOSTILE,
    ),
    no(
        "a snapshot is believed as it parses",
        "documents.py",
        "    if fault:\n        raise ValueError(fault)\n",
        _HOSTILE,
    ),
    no(
        "an orphan of the key is not looked for",
        "repair.py",
        '    return rebuild(change, month, f"does not know {unknown[0]}") if unknown else known\n',
        (("inject", "generate: orphan of the same date"), ("tests", "tests/archive/test_damage.py")),
        "    return known if unknown or known else known\n",
    ),
    no(
        "two jobs may compute the same at once",
        "writing.py",
        "        with locked(path, wait_s):\n            yield\n",
        _PROCESSES,
        "        yield\n",
        reason="saves work, not data: without it two jobs compute the same snapshot, and the second is told so under .lock",
    ),
    Mutation(
        "the archive of another store is taken apart",
        (("safety.py", "    require_own(layout)\n", ""), ("archive.py", "        require_own(self.layout)\n", "")),
        _OWNER,
    ),
    no(
        "mending begins beside an audit that cannot be read",
        "verification.py",
        "        read_ledger(layout.audit_dir)  # where that cannot be read nothing is touched\n",
        _VERIFY,
    ),
)
