"""An installation in which every command needs a token, and the tokens of its people."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.stores import NJ, configure
from tests.conftest import Omen, Run, TwoStores

KEY = "canary-key-0123456789-0123456789-0123456789"
VIEWER, OWNER, ADMIN = "viewer@njweedwizard.example", "owner@njweedwizard.example", "ops@example.com"
EMAILS = {"viewer": VIEWER, "owner": OWNER, "admin": ADMIN}


def need_tokens(stores: TwoStores, access: str = "{mode: token, key_file: token.key}") -> None:
    """Let every command of an installation need a token, made with KEY."""
    write_key(stores.config.parent / "token.key")
    configure(stores, "version: 1\n", f"version: 1\naccess: {access}\n")


def write_key(path: Path, text: str = KEY + "\n", mode: int = 0o600) -> Path:
    """Write a key file."""
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


@dataclass(frozen=True)
class People:
    """Runs `omen` as somebody: with a token of theirs, made by `omen token create`, in OMEN_TOKEN."""

    stores: TwoStores

    @property
    def omen(self) -> Omen:
        """The fixture by which `omen` runs."""
        return self.stores.omen

    def token(self, role: str, store: str | None = NJ) -> str:
        """Return a token of NJWeedWizard, an admin's of no store."""
        of = () if store is None or role == "admin" else ("--store", store)
        run = self.omen("token", "create", "--role", role, "--email", EMAILS[role], *of)
        assert run.code == 0, run.err
        return run.out.strip()

    def run(self, role: str | None, *argv: object, **world: Any) -> Run:
        """Run a command with the token of a role, or with none."""
        env = {"OMEN_TOKEN": self.token(role)} if role else {}
        return self.omen(*argv, env={**env, **world.pop("env", {})}, **world)

    def denials(self, store: str | None = None) -> list[dict[str, Any]]:
        """Return the refusals that the audit of a store, or that of the installation, tells of, oldest first."""
        folder = self.stores.data / "audit" if store is None else self.stores.archive(store) / "audit"
        lines = [line for month in sorted(folder.glob("*.jsonl")) for line in month.read_text("utf-8").splitlines()]
        return [event for line in lines if (event := json.loads(line))["event"] == "access.denied"]
