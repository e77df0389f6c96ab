"""An installation in which every secret is a canary, every subcommand as it is called there, and all that is heard."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.cli.canaries import canary, files_below, leaks, token_parts
from tests.cli.scheduled import CALI_DUE, schedule
from tests.cli.signed import write_key
from tests.cli.stores import CALI, DAY, NJ, configure
from tests.conftest import Run, TwoStores
from tests.delivery.servers import PASSWORD, USER
from tests.old_sample import lay_old, sample

LATER = "2026-01-16"
CALLS = {
    "generate": (f"--store {NJ} --as-of {LATER}", f"--store {NJ} --as-of {DAY} --if-exists fail", "--as-of never"),
    "send": (
        f"--store {NJ} --snapshot {{id}}",
        f"--store {NJ} --snapshot {{id}} --preview {{n}}.eml",
        "--snapshot {id}",
    ),
    "history": ("--all", f"--store {NJ} --stats", f"--store {NJ} --limit x"),
    "show": (f"--store {NJ}", f"--store {NJ} --html {{n}}.html", f"--store {CALI} --snapshot {{id}}"),
    "diff": (f"--store {NJ} --as-of {LATER} --timeframe weekly", f"--store {NJ} --snapshot nonsense"),
    "audit": ("--all --limit 0", "--all --check", "--denied", "--store Nobody"),
    "verify": (
        "--all --deep",
        f"--store {NJ} --repair",
        f"--store {NJ} --recompute {{id}}",
        "--all --accept x --reason y",
    ),
    "prune": (f"--store {NJ} --keep-last 9 --yes", f"--store {NJ} --keep-last 1 --dry-run", f"--store {NJ}"),
    "migrate": ("--from old --default-store NJWeedWizard --dry-run", "--from nowhere --dry-run"),
    "stores": ("", "--no-such"),
    "config": ("", "--no-such"),
    "doctor": ("--mail", "", f"--store {NJ} --as-of {DAY}", "--no-such"),
    "metrics": ("", "--prometheus", "--prometheus {n}.prom", "omen.txt"),
    "run": ("--dry-run", "", "--lock-wait soon"),
    "schedule": ("", "--format cron", "--format systemd", "--format nonsense"),
    "check": ("", "--max-age 9999h", "--max-age never"),
    "deliveries": (f"--store {NJ}", "--store Nobody"),
    "deliveries resolve": (f"--store {NJ} {{key}} --sent --reason heard", f"--store {NJ} 123456 --sent --reason heard"),
    "token create": (
        f"--role viewer --email new@example.com --store {NJ}",
        "--role admin --email new@example.com --out {n}.token",
        "--role king --email new@example.com",
    ),
    "token inspect": ("", "--token-file cut.token", "--token-file open.token"),
    "token keygen": ("--out {n}.key", ""),
}
ON_PURPOSE = ("token.key", "mail.password", "private.pem", "cut.token", "open.token")


@dataclass
class Overheard:
    """Runs omen with secrets in its environment, and keeps all that it says; `reached` are the exit statuses seen."""

    stores: TwoStores
    secrets: list[str]
    env: dict[str, str] = field(default_factory=dict)
    said: dict[str, bytes] = field(default_factory=dict)
    reached: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    made: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def folder(self) -> Path:
        """The installation."""
        return self.stores.config.parent

    def __call__(self, command: str, *argv: str, **world: Any) -> Run:
        call = f"{next(self.numbers)}: omen {' '.join((command, *argv))}"
        run = self.stores.omen(*command.split(), *argv, env=self.env, **world)
        self.reached[command].add(run.code)
        self.said |= {f"{call}: stdout": run.out.encode(), f"{call}: stderr": run.err.encode()}
        for trace in re.findall(r"its trace is in ([^\s\"]+)", run.err):
            self.said[f"{call}: trace"] = Path(trace).read_bytes()
            Path(trace).unlink()
        if command == "token create" and run.code == 0 and "--out" not in argv:
            self.made += re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", run.out)
        return run

    def all_of(self, form: tuple[str, ...]) -> None:
        """Run every call of every subcommand."""
        for command, calls in CALLS.items():
            for call in calls:
                self(command, *self.filled(call), *form)

    def each_of(self, form: tuple[str, ...]) -> None:
        """Run every subcommand once, as it succeeds: where it cannot, since something is wrong before it begins."""
        for command, calls in CALLS.items():
            self(command, *self.filled(calls[0]), *form)

    def filled(self, call: str) -> list[str]:
        """Return a call with what it names in it: a snapshot, a delivery, a file that is not there yet."""
        ids = sorted(path.stem for path in self.stores.archive(NJ).glob("snapshot_weekly_*.json"))
        keys = [path.name.split(".")[0] for path in self.stores.archive(NJ).glob("deliveries/*/*.unknown.eml")]
        known = {"id": (ids or ["none"])[0], "key": (keys or ["123456"])[0], "n": f"made{next(self.numbers)}"}
        return call.format(**known).split()

    def found(self, *elsewhere: bytes, but: tuple[str, ...] = ON_PURPOSE) -> list[str]:
        """Return every leak: in what was said, in every file of the installation, in the names of files, elsewhere."""
        written = [path.name for path in self.folder.glob("*.token") if path.name not in but]
        files = files_below(self.folder, but=(*but, *written))
        sent = {f"what was received ({number})": raw for number, raw in enumerate(elsewhere)}
        tokens = [part for token in self.made for part in token_parts(token)]
        shown = {place: raw for place, raw in self.said.items() if "omen token create" in place}
        rest = {place: raw for place, raw in self.said.items() if place not in shown}
        return [*leaks(self.secrets, self.said | files | sent), *leaks(tokens, rest | files | sent)]


def installation(two_stores: TwoStores) -> Overheard:
    """An installation whose every file and variable that is secret holds a canary, before its first snapshot."""
    folder = two_stores.config.parent
    schedule(two_stores)
    two_stores.omen.clock.now = datetime.fromisoformat(CALI_DUE)
    key = f"{canary('key')}-0123456789-0123456789"
    write_key(folder / "token.key", f"{key}\n")
    settings = (
        "access: {mode: local, key_file: token.key}\n"
        "alerts: ['${OMEN_ALERT_URL}', '${OMEN_ALERT_LOGIN}']\n"
        "heartbeat: '${OMEN_HEARTBEAT_URL}'\n"
        "mail: {url: '${OMEN_SMTP_URL}', from: OMEN <reports@example.com>}\n"
    )
    configure(two_stores, "stores:\n", f"{settings}stores:\n")
    lay_old(folder / "old", sample())
    token = _token(two_stores)
    write_key(folder / "cut.token", f"{token[:-24]}{canary('cut')}")
    write_key(folder / "open.token", canary("open"), mode=0o644)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    write_key(folder / "private.pem", pem)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public.pem").write_bytes(public)
    write_key(folder / "mail.password", PASSWORD)
    names = ("alert", "alert-login", "heartbeat", "cut", "open", "proxy", "unused", "config", "wrong")
    secrets = [key, PASSWORD, pem.splitlines()[1], *token_parts(token), *map(canary, names)]
    return Overheard(two_stores, secrets, {"OMEN_TOKEN": token, "UNUSED": canary("unused")})


def _token(stores: TwoStores) -> str:
    """Return an admin's token, made where the outside is not there yet."""
    outside = dict.fromkeys(("OMEN_ALERT_URL", "OMEN_ALERT_LOGIN", "OMEN_HEARTBEAT_URL"), "")
    run = stores.omen(
        *("token", "create", "--role", "admin", "--email", "ops@example.com"),
        env={**outside, "OMEN_SMTP_URL": "file:outbox"},
    )
    assert run.code == 0, run.err
    return run.out.strip()


def outside(overheard: Overheard, *, smtp: int, alerts: int, heartbeat: int, password: str | None = PASSWORD) -> None:
    """Put the URLs of the outside into the environment; without a password in the URL it is in its file."""
    login = quote(USER, safe="") + ("" if password is None else f":{quote(password, safe='')}")
    overheard.env |= {
        "OMEN_SMTP_URL": f"smtp://{login}@127.0.0.1:{smtp}",
        "OMEN_ALERT_URL": f"json://127.0.0.1:{alerts}/{canary('alert')}",
        "OMEN_ALERT_LOGIN": f"json://operator:{canary('alert-login')}@127.0.0.1:{alerts}/",
        "OMEN_HEARTBEAT_URL": f"http://127.0.0.1:{heartbeat}/{canary('heartbeat')}",
    }
    if password is None:
        configure(overheard.stores, "mail: {", "mail: {password_file: mail.password, ")
