"""The protections of the archive and of sending, each as the edit that removes it, and where it is most likely to be missed.

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
_SMTP = (("smtp", ""),)
_SEND = (("reordering", "send: one recipient"),)
_DEAD = (("inject", "send: its sender is dead"),)
_SENDING = (("inject", "send: one recipient"),)
_OUTBOX = (("tests", "tests/archive/test_outbox.py"),)
_RESUMED = (("tests", "tests/cli/test_unfinished_sending.py"),)
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


def _no(
    name: str, file: str, text: str, probes: tuple[tuple[str, str], ...], new: str = "", reason: str = ""
) -> Mutation:
    return Mutation(name, ((file, text, new),), probes, reason)


MUTATIONS: tuple[Mutation, ...] = (
    _no(
        "no fsync of a new file",
        "files.py",
        "            _write(descriptor, raw)\n            os.fsync(descriptor)\n",
        _GENERATE,
        "            _write(descriptor, raw)\n",
    ),
    _no(
        "no fsync of an audit line",
        "files.py",
        '                raise OSError(ENOSPC, "only a part was written")\n            os.fsync(descriptor)\n',
        _GENERATE,
        '                raise OSError(ENOSPC, "only a part was written")\n',
    ),
    _no(
        "no fsync of the folder before a new audit file's first byte",
        "files.py",
        "            if found.st_size == 0:\n                fsync_folder(path.parent)\n",
        _NEW_TREE,
    ),
    _no(
        "no fsync of the folder after .pending",
        "publish.py",
        "        fsync_folder(layout.root)\n        _give_name(",
        (*_GENERATE, *_NEW_TREE),
        "        _give_name(",
    ),
    _no(
        "no fsync of the folder after the snapshot's name",
        "publish.py",
        "        raise\n    fsync_folder(layout.root)\n",
        _GENERATE,
        "        raise\n",
    ),
    _no(
        "no fsync of the index folder after the rename",
        "index.py",
        "        unlink(layout.shard(month))\n    fsync_folder(layout.index_dir)\n",
        _GENERATE,
        "        unlink(layout.shard(month))\n",
    ),
    _no(
        "no fsync of the parent of a new folder",
        "files.py",
        "        path.mkdir(mode=FOLDER_MODE, exist_ok=True)\n    fsync_folder(path.parent)\n",
        _NEW_TREE,
        "        path.mkdir(mode=FOLDER_MODE, exist_ok=True)\n",
    ),
    _no(
        "no fsync of data and snapshots when the tree is there",
        "tree.py",
        "    fsync_folder(layout.data)\n    fsync_folder(layout.snapshots)\n",
        (*_ROUND_TRIP, *_NEW_TREE),
    ),
    _no(
        "no fsync of the tree before .lock is made",
        "tree.py",
        "            fsync_folder(layout.locks_dir)\n            fsync_folder(layout.root)\n",
        _NEW_TREE,
        "            pass\n",
    ),
    _no(
        "a recovery does not fsync .pending",
        "reconcile.py",
        "    fsync_file(layout.pending)\n    fsync_folder(layout.root)\n",
        (*_KILLED, ("reordering", "generate: a given-up snapshot is back")),
    ),
    _no(
        "a recovery does not fsync the folders",
        "reconcile.py",
        "    for folder in (layout.root, layout.snapshots, layout.data):\n        fsync_folder(folder)\n",
        (*_KILLED, *_NEW_TREE),
    ),
    _no(
        "a recovery does not fsync the audit that it believes",
        "reconcile.py",
        "        settle_audit(change.layout.audit_dir)\n    else:",
        _KILLED,
        "        pass\n    else:",
    ),
    _no(
        "a duplicate does not fsync what it answers with",
        "repair.py",
        "    fsync_file(path)\n    for folder in (layout.index_dir, layout.root, layout.snapshots, layout.data):\n        fsync_folder(folder)\n",
        (*_CRASHES, ("reordering", "generate: duplicate"), *_KILLED),
    ),
    _no(
        "a rebuild does not fsync the snapshots that it adopts",
        "repair.py",
        "    for entry in entries:\n        fsync_file(change.layout.snapshot(entry.id))\n    fsync_folder(change.layout.root)\n",
        (*_ORDER, *_REPAIR, *_KILLED),
    ),
    _no(
        "quarantine does not fsync its folders",
        "change.py",
        "    fsync_folder(change.layout.quarantine)\n    fsync_folder(path.parent)\n",
        (*_ORDER, *_REPAIR),
    ),
    _no(
        'no fsync of the folder after {"ids"} in .pending',
        "change.py",
        '}) + b"\\n")\n    fsync_folder(layout.root)\n    yield\n',
        (*_PRUNE, *_REPAIR),
        '}) + b"\\n")\n    yield\n',
    ),
    _no(
        "the copy of an audit with a second name is not made durable under its name",
        "audit_guard.py",
        "        fsync_folder(draft.parent)\n        fsync_folder(folder)\n",
        _ORDER,
        "        fsync_folder(draft.parent)\n",
    ),
    _no(
        "the draft of an audit's copy may keep its name",
        "audit_guard.py",
        "        fsync_folder(draft.parent)\n        fsync_folder(folder)\n",
        _ORDER,
        "        fsync_folder(folder)\n",
    ),
    _no(
        "a draft that a repair removed may come back",
        "verification.py",
        "        unlink(path)\n        fsync_folder(path.parent)\n",
        _ORDER,
        "        unlink(path)\n",
    ),
    _no(
        "the messages of what was pruned may come back",
        "deliveries.py",
        "        remove_folder(folder)\n    fsync_folder(layout.deliveries)\n",
        _ORDER,
        "        remove_folder(folder)\n",
    ),
    _no(
        "mending data/audit begins where it cannot be read",
        "data_audit.py",
        "        read_ledger(layout.data_audit)  # where that cannot be read nothing is touched\n",
        _DATA_AUDIT,
    ),
    _no(
        "a repair of data/audit leaves the names that others have",
        "data_audit.py",
        "        unlink_from_others(layout.data_audit, layout.data_audit_draft)\n",
        _DATA_AUDIT,
    ),
    _no(
        "a prune does not fsync the folder when the files are gone",
        "removal.py",
        "        unlink(layout.snapshot(snapshot_id))\n    fsync_folder(layout.root)\n",
        _PRUNE,
        "        unlink(layout.snapshot(snapshot_id))\n",
    ),
    _no(
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
                "    audit_created(change, entry, free)\n    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n",
                "    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n    audit_created(change, entry, free)\n",
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
                "    audit_created(change, entry, free)\n    write_shard(layout, month_of(entry.as_of_date), (*known, entry))\n",
                "    audit_created(change, entry, free)\n",
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
    _no(
        "a prune leaves no .pending behind it",
        "pruning.py",
        "    with under_way(change, gone):\n",
        (("inject", "prune: several, two months, a delivery"), *_PRUNE),
        "    if under_way:\n",
    ),
    _no(
        "between two batches of a prune an older version may answer",
        "pruning.py",
        "one.as_of_date, one.timeframe, one.version)",
        (("tests", "tests/archive/test_prune_batches.py"),),
        "one.as_of_date, one.timeframe, -one.version)",
    ),
    _no(
        "a prune passes over deliveries that are not final",
        "pruning.py",
        "        stay = undelivered(layout, entries)\n",
        (("tests", "tests/cli/test_prune.py"),),
        "        stay = frozenset()\n",
    ),
    _no(
        "a prune goes on beside a loss",
        "presence.py",
        "        if lost:\n",
        (("tests", "tests/cli/test_prune.py"),),
        "        if False:\n",
    ),
    _no(
        "a prune takes what another one removed for a loss",
        "presence.py",
        " - set(read_ledger(layout.audit_dir, is_tolerant=True).pruned)\n",
        (("tests", "tests/archive/test_races.py"),),
        "\n",
    ),
    _no(
        "what was pruned is adopted again",
        "scan.py",
        "    if snapshot_id in ledger.pruned:\n",
        (("inject", "prune: killed while it removed"), *_PRUNE, ("tests", "tests/cli/test_prune.py")),
        "    if not snapshot_id:\n",
    ),
    _no(
        "what was given up and is back goes before what was made since",
        "scan.py",
        "    seniority = {entry.id: (ledger.is_settled(entry.id), *_seniority(entry, order)) for entry in entries}\n",
        (("tests", "tests/cli/test_given_up.py"), ("inject", "generate: a given-up snapshot is back")),
        "    seniority = {entry.id: _seniority(entry, order) for entry in entries}\n",
    ),
    _no(
        "what was given up and is back takes the number of what is lost",
        "remake.py",
        " if not ledger.is_settled(entry.id)}\n",
        (("tests", "tests/cli/test_given_up.py"),),
        "}\n",
    ),
    _no(
        ".pending goes before the index is written",
        "publish.py",
        "    audit_created(change, entry, free)\n    write_shard(",
        (*_IN_PROCESS, *_CRASHES),
        "    audit_created(change, entry, free)\n    unlink(layout.pending)\n    write_shard(",
    ),
    _no(
        "nobody reconciles",
        "writing.py",
        "        require_writable_layout(archive.layout)\n        reconcile(change)\n",
        (("inject", "generate: killed after link"), *_IN_PROCESS),
        "        require_writable_layout(archive.layout)\n",
    ),
    _no(
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
    _no(
        "the layout is not looked at again under the lock",
        "writing.py",
        "        require_writable_layout(archive.layout)\n        reconcile(change)\n",
        _PROCESSES,
        "        reconcile(change)\n",
        reason="guards against a migration that ends between the two looks; there is no such command in this suite yet",
    ),
    _no(
        "no O_NOFOLLOW",
        "files.py",
        "_SAFELY = os.O_NOFOLLOW | ",
        (("tests", "tests/archive/test_hostile_files.py"), *_HOSTILE),
        "_SAFELY = ",
    ),
    Mutation("no O_NONBLOCK", (("files.py", " | os.O_NONBLOCK\n", "\n"),), _HOSTILE, may_hang=True),
    _no(
        "what is no regular file is read",
        "files.py",
        "    if stat.S_ISREG(os.fstat(descriptor).st_mode):\n",
        _HOSTILE,
        "    if descriptor:\n",
    ),
    _no("no bound on what is read", "files.py", "    room = MAX_BYTES + 1\n", _HOSTILE, "    room = 10**12\n"),
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
    _no(
        "what cannot be audited is begun",
        "reconcile.py",
        "    require_appendable(change.layout.audit_dir)\n",
        _VERIFY,
    ),
    _no(
        "a snapshot's name is taken by a rename that clobbers",
        "files.py",
        "            os.link(source, target, follow_symlinks=False)\n",
        (*_IN_PROCESS, ("tests", "tests/archive")),
        "            os.replace(source, target)\n",
    ),
    _no(
        "a new file may clobber",
        "files.py",
        "os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY",
        (("tests", "tests/archive/test_hostile_files.py"),),
        "os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _SAFELY",
    ),
    _no(
        "no disk guard",
        "writing.py",
        "    require_room(change, limits, wait_s)\n    make_tree(change.layout, wait_s)\n",
        (("inject", "generate: refused by the disk guard"), ("tests", "tests/cli/test_disk.py")),
        "    make_tree(change.layout, wait_s)\n",
    ),
    _no(
        "no second look at the disk, under the lock",
        "writing.py",
        "        free = require_room(change, limits, wait_s)\n",
        (("tests", "tests/cli/test_disk.py"), *_ENOSPC),
        "        from omen_cli.archive.disk import check_disk, DiskLimits as D\n        free = check_disk(change.layout.root, D(0, 0))\n",
    ),
    _no(
        "a torn audit line is not fenced",
        "audit.py",
        "    is_fence_needed = last is not None and last.is_torn and last.path == path\n",
        (("inject", "generate: killed after audit"), *_IN_PROCESS, *_GENERATE),
        "    is_fence_needed = False\n",
    ),
    _no(
        "a record is written again by each recovery",
        "reconcile.py",
        "    if entry.id in ledger.created and not ledger.is_settled(entry.id):\n",
        (("inject", "generate: killed after audit"), *_KILLED),
        "    if not entry.id:\n",
    ),
    _no(
        "a shard is written in place",
        "index.py",
        "        rename(draft, layout.shard(month))\n",
        (*_IN_PROCESS, *_GENERATE),
        '        layout.shard(month).write_bytes(dump_canonical(shard.plain()) + b"\\n")\n        unlink(draft)\n',
    ),
    _no(
        "the index is believed as it parses",
        "index.py",
        "    if fault:\n        raise FileDamaged(layout.shard(month), fault)\n",
        _HOSTILE,
    ),
    _no(
        "a snapshot is believed as it parses",
        "documents.py",
        "    if fault:\n        raise ValueError(fault)\n",
        _HOSTILE,
    ),
    _no(
        "an orphan of the key is not looked for",
        "repair.py",
        '    return rebuild(change, month, f"does not know {unknown[0]}") if unknown else known\n',
        (("inject", "generate: orphan of the same date"), ("tests", "tests/archive/test_damage.py")),
        "    return known if unknown or known else known\n",
    ),
    _no(
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
    _no(
        "mending begins beside an audit that cannot be read",
        "verification.py",
        "        read_ledger(layout.audit_dir)  # where that cannot be read nothing is touched\n",
        _VERIFY,
    ),
    Mutation(
        "a message is sending only when it was sent",
        (
            ("delivery/transaction.py", "        before_data()\n", ""),
            (
                "delivery/transaction.py",
                "    return stop.verdict if stop else _give_dot(conversation)\n",
                "    verdict = stop.verdict if stop else _give_dot(conversation)\n    before_data()\n    return verdict\n",
            ),
        ),
        _SMTP,
    ),
    _no(
        "the dot goes with the body",
        "delivery/transaction.py",
        "            wire.send(body, timeouts.reply_s, timeouts.body_s)\n",
        (("tests", "tests/delivery/test_misbehaving_servers.py"), *_SMTP),
        "            wire.send(body + _DOT, timeouts.reply_s, timeouts.body_s)\n",
    ),
    _no(
        "no clear reply to the dot means try again",
        "delivery/transaction.py",
        'else "failed" if reply.kind == 5 else "unknown", "dot"',
        _SMTP,
        'else "failed" if reply.kind == 5 else "queued", "dot"',
    ),
    _no(
        "no fsync of the folder after a delivery's new name",
        "outbox.py",
        "moved.path(self.layout))\n        fsync_folder(self.layout.delivery_folder(delivery.snapshot_id))\n",
        _SEND,
        "moved.path(self.layout))\n",
    ),
    _no(
        "no fsync of the folder after messages were frozen",
        "delivery_change.py",
        "    fsync_folder(folder)\n    return tuple(moved)\n",
        (*_ORDER, *_SEND),
        "    return tuple(moved)\n",
    ),
    _no(
        "no fsync of a frozen message",
        "delivery_change.py",
        "        write_new(draft, one.raw)\n",
        (*_ORDER, *_SEND),
        "        import os\n\n        found = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)\n        os.write(found, one.raw)\n        os.close(found)\n",
    ),
    _no(
        "a message is frozen under its name",
        "delivery_change.py",
        "        write_new(draft, one.raw)\n        rename(draft, delivery.path(layout))\n",
        (*_SENDING, *_SEND),
        "        write_new(delivery.path(layout), one.raw)\n",
    ),
    _no(
        "a folder of messages that is there is not made durable",
        "delivery_change.py",
        "    make_folder(folder)  #",
        (*_ORDER, *_SEND),
        "    if not folder.exists():\n        make_folder(folder)  #",
    ),
    _no(
        "no .pending while messages are frozen",
        "outbox.py",
        "            with under_way(changing.change, (snapshot_id,)):\n",
        (*_OUTBOX, *_SENDING),
        "            if under_way:\n",
    ),
    _no(
        "no .pending while a delivery changes",
        "outbox.py",
        "            under_way(changing.change, (delivery.snapshot_id,)),\n",
        (*_OUTBOX, *_SENDING),
    ),
    _no(
        "what a dead sender left is not audited",
        "repair.py",
        "    if settle_deliveries(change, (one for month in months for one in files.get(month, ())), ledger):\n",
        (*_OUTBOX, *_SENDING),
        "    if settle_deliveries and not ids_by_month:\n",
    ),
    _no(
        "what a dead sender left is audited before its name is durable",
        "settle.py",
        "                fsync_folder(change.layout.delivery_folder(snapshot_id))\n",
        (*_ORDER, *_SEND),
    ),
    _no(
        "what is sending stays so when its sender is dead",
        "outbox.py",
        "        outbox.bury()\n",
        _DEAD,
    ),
    _no(
        "a send passes over what is sending",
        "marks.py",
        ' and all(one.state != "sending" for one in there)\n',
        _DEAD,
        "\n",
    ),
    _no(
        "a send passes over a change that was not finished",
        "marks.py",
        "    is_still = lstat(layout.pending) is None and all(",
        _SENDING,
        "    is_still = all(",
    ),
    _no(
        "a person's word is refused before the sender's is recorded",
        "workflows/unknown_delivery.py",
        "        settle(outbox, found[0].snapshot_id)  #",
        _RESUMED,
        "        #",
    ),
    _no(
        "a message is believed under any key",
        "outbox.py",
        'if about is None or not about.message_id.startswith(f"<{delivery.key}@"):\n',
        _OUTBOX,
        "if about is None:\n",
    ),
    _no(
        "no .send.lock",
        "outbox.py",
        "    with locked(layout.send_lock, sender.wait_s):\n",
        _OUTBOX,
        "    if locked:\n",
    ),
    _no(
        "what was sent is sent again",
        "workflows/terms.py",
        'return "resend" if terms.is_resend else "already_sent"\n',
        _SMTP,
        'return "resend"\n',
    ),
    _no(
        "what is unknown is sent again",
        "workflows/terms.py",
        '    if state in ("sending", "unknown"):\n',
        _SMTP,
        '    if state == "sending":\n',
    ),
    _no(
        "what a full disk kept from being recorded keeps its old name",
        "outbox.py",
        "            self.rename_only(delivery, state)\n",
        _OUTBOX,
        "            pass\n",
    ),
)
