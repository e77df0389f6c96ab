"""The protections of sending, each as the edit that removes it, and where it is most likely to be missed."""

from tests.faults.mutations import Mutation, no

_SMTP = (("smtp", ""),)
_SEND = (("reordering", "send: one recipient"),)
_DEAD = (("inject", "send: its sender is dead"),)
_SENDING = (("inject", "send: one recipient"),)
_OUTBOX = (("tests", "tests/archive/test_outbox.py"),)
_RESUMED = (("tests", "tests/cli/test_unfinished_sending.py"),)
_ORDER = (("tests", "tests/archive/test_durable_order.py"),)


SENDING: tuple[Mutation, ...] = (
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
    no(
        "the dot goes with the body",
        "delivery/transaction.py",
        "            wire.send(body, timeouts.reply_s, timeouts.body_s)\n",
        (("tests", "tests/delivery/test_misbehaving_servers.py"), *_SMTP),
        "            wire.send(body + _DOT, timeouts.reply_s, timeouts.body_s)\n",
    ),
    no(
        "no clear reply to the dot means try again",
        "delivery/transaction.py",
        'else "failed" if reply.kind == 5 else "unknown", "dot"',
        _SMTP,
        'else "failed" if reply.kind == 5 else "queued", "dot"',
    ),
    no(
        "no fsync of the folder after a delivery's new name",
        "outbox.py",
        "moved.path(self.layout))\n        fsync_folder(self.layout.delivery_folder(delivery.snapshot_id))\n",
        _SEND,
        "moved.path(self.layout))\n",
    ),
    no(
        "no fsync of the folder after messages were frozen",
        "delivery_change.py",
        "    fsync_folder(folder)\n    return tuple(moved)\n",
        (*_ORDER, *_SEND),
        "    return tuple(moved)\n",
    ),
    no(
        "no fsync of a frozen message",
        "delivery_change.py",
        "        write_new(draft, one.raw)\n",
        (*_ORDER, *_SEND),
        "        import os\n\n        found = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)\n        os.write(found, one.raw)\n        os.close(found)\n",
    ),
    no(
        "a message is frozen under its name",
        "delivery_change.py",
        "        write_new(draft, one.raw)\n        rename(draft, delivery.path(layout))\n",
        (*_SENDING, *_SEND),
        "        write_new(delivery.path(layout), one.raw)\n",
    ),
    no(
        "a folder of messages that is there is not made durable",
        "delivery_change.py",
        "    make_folder(folder)  #",
        (*_ORDER, *_SEND),
        "    if not folder.exists():\n        make_folder(folder)  #",
    ),
    no(
        "no .pending while messages are frozen",
        "outbox.py",
        "            with under_way(changing.change, (snapshot_id,)):\n",
        (*_OUTBOX, *_SENDING),
        "            if under_way:\n",
    ),
    no(
        "no .pending while a delivery changes",
        "outbox.py",
        "            under_way(changing.change, (delivery.snapshot_id,)),\n",
        (*_OUTBOX, *_SENDING),
    ),
    no(
        "what a dead sender left is not audited",
        "repair.py",
        "    if settle_deliveries(change, (one for month in months for one in files.get(month, ())), ledger):\n",
        (*_OUTBOX, *_SENDING),
        "    if settle_deliveries and not ids_by_month:\n",
    ),
    no(
        "what a dead sender left is audited before its name is durable",
        "settle.py",
        "                fsync_folder(change.layout.delivery_folder(snapshot_id))\n",
        (*_ORDER, *_SEND),
    ),
    no(
        "what is sending stays so when its sender is dead",
        "outbox.py",
        "        outbox.bury()\n",
        _DEAD,
    ),
    no(
        "a send passes over what is sending",
        "marks.py",
        ' and all(one.state != "sending" for one in there)\n',
        _DEAD,
        "\n",
    ),
    no(
        "a send passes over a change that was not finished",
        "marks.py",
        "    is_still = lstat(layout.pending) is None and all(",
        _SENDING,
        "    is_still = all(",
    ),
    no(
        "a person's word is refused before the sender's is recorded",
        "workflows/unknown_delivery.py",
        "        settle(outbox, found[0].snapshot_id)  #",
        _RESUMED,
        "        #",
    ),
    no(
        "a message is believed under any key",
        "outbox.py",
        'if about is None or not about.message_id.startswith(f"<{delivery.key}@"):\n',
        _OUTBOX,
        "if about is None:\n",
    ),
    no(
        "no .send.lock",
        "outbox.py",
        "    with locked(layout.send_lock, sender.wait_s):\n",
        _OUTBOX,
        "    if locked:\n",
    ),
    no(
        "what was sent is sent again",
        "workflows/terms.py",
        'return "resend" if terms.is_resend else "already_sent"\n',
        _SMTP,
        'return "resend"\n',
    ),
    no(
        "what is unknown is sent again",
        "workflows/terms.py",
        '    if state in ("sending", "unknown") or',
        _SMTP,
        '    if state == "sending" or',
    ),
    no(
        "what a full disk kept from being recorded keeps its old name",
        "outbox.py",
        "            self.rename_only(delivery, state)\n",
        _OUTBOX,
        "            pass\n",
    ),
)
