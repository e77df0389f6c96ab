"""No secret is said or written where it is wrong itself: a key, a password, a token, a line of stores.yaml."""

import json
from base64 import b64encode

import jwt
import pytest

from tests.cli.canaries import canary, token_parts
from tests.cli.overheard import CALLS, ON_PURPOSE, Overheard, installation, outside
from tests.cli.signed import write_key
from tests.cli.stores import DAY, NJ, configure

MACHINE = ("--json", "--log", "json")


@pytest.fixture
def overheard(two_stores) -> Overheard:
    """An installation whose every secret is a canary, with a snapshot; nobody outside is there."""
    found = installation(two_stores)
    outside(found, smtp=1, alerts=1, heartbeat=1)
    assert two_stores.omen("generate", "--store", NJ, "--as-of", DAY, env=found.env).code == 0
    return found


KEYS = {
    "short": (canary("key"), 0o600),
    "open to others": (f"{canary('key')}-0123456789-0123456789", 0o644),
    "half of a pair": (f"-----BEGIN PRIVATE KEY-----\n{canary('key')}\n-----END PRIVATE KEY-----\n", 0o600),
    "another": (f"{canary('key')}-9876543210-9876543210", 0o600),
    "too large": (canary("key") * 300, 0o600),
}


@pytest.mark.parametrize("case", KEYS)
def test_nothing_leaks_with_a_wrong_key(overheard, case):
    configure(overheard.stores, "mode: local", "mode: token")
    write_key(overheard.folder / "token.key", KEYS[case][0], KEYS[case][1])
    overheard.each_of(())
    overheard.each_of(MACHINE)

    assert overheard.found() == []
    assert overheard.reached["history"] == {9 if case == "another" else 3}


@pytest.mark.parametrize("name", ["private.pem", "mail.password"])
def test_nothing_leaks_of_a_public_key_that_is_none(overheard, name):
    configure(overheard.stores, "mode: local, key_file: token.key", f"mode: token, public_key_file: {name}")
    overheard.each_of(())
    overheard.each_of(MACHINE)

    assert overheard.found() == []
    assert overheard.reached["history"] == {3}


@pytest.mark.parametrize("is_good", [True, False], ids=["of the pair", "of another key"])
def test_nothing_leaks_where_tokens_are_checked_with_a_public_key(overheard, is_good):
    configure(overheard.stores, "mode: local, key_file: token.key", "mode: token, public_key_file: public.pem")
    if is_good:
        claims = {"email": "ops@example.com", "role": "admin", "iss": "omen", "aud": "omen", "exp": 2_000_000_000}
        token = jwt.encode(claims, (overheard.folder / "private.pem").read_bytes(), algorithm="EdDSA")
        overheard.env["OMEN_TOKEN"] = token
        overheard.secrets += token_parts(token)
    overheard.all_of(MACHINE)

    assert overheard.found() == []
    assert overheard.reached["history"] == ({0, 2} if is_good else {2, 9})


PASSWORDS = {
    "two lines": (f"{canary('wrong')}\n{canary('wrong')}\n", 0o600),
    "open to others": (canary("wrong"), 0o644),
    "not text": (f"{canary('wrong')}\udcff", 0o600),
    "too large": (canary("wrong") * 300, 0o600),
}


@pytest.mark.parametrize("case", PASSWORDS)
def test_nothing_leaks_with_a_password_that_cannot_be_used(overheard, case):
    outside(overheard, smtp=1, alerts=1, heartbeat=1, password=None)
    path = overheard.folder / "mail.password"
    path.write_bytes(PASSWORDS[case][0].encode("utf-8", "surrogateescape"))
    path.chmod(PASSWORDS[case][1])
    for form in ((), MACHINE):
        for command, *argv in (("send", "--store", NJ, "--latest"), ("doctor", "--mail"), ("run",), ("config",)):
            overheard(command, *argv, *form)

    assert overheard.found() == []
    assert overheard.reached["send"] == {3}


TOKENS = ("nonsense", "another signature", "another head", "too long", "--token-file", "a credential")


@pytest.mark.parametrize("case", TOKENS)
def test_nothing_leaks_with_a_token_that_is_not_good(overheard, case):
    configure(overheard.stores, "mode: local", "mode: token")
    good, bad, argv = overheard.env.pop("OMEN_TOKEN"), canary("wrong"), ()
    head = b64encode(f'{{"alg":"none","kid":"{bad}"}}'.encode()).decode().rstrip("=")
    signed = good.rpartition(".")[0]
    known = {
        "another signature": f"{signed}.{bad}",
        "another head": f"{head}{good[good.index('.') :]}",
        "too long": bad * 900,
    }
    if case in ("--token-file", "a credential"):
        write_key(overheard.folder / "omen-token", bad)
        overheard.env |= {"CREDENTIALS_DIRECTORY": str(overheard.folder)}
        argv = ("--token-file", "omen-token") if case == "--token-file" else ()
    else:
        overheard.env["OMEN_TOKEN"] = known.get(case, bad)
    for form in ((), MACHINE):
        overheard.each_of((*form, *argv))

    kept = overheard.found(but=(*ON_PURPOSE, *(("omen-token",) if "CREDENTIALS_DIRECTORY" in overheard.env else ())))
    assert [one for one in kept if case != "another head" or "omen token inspect" not in one] == []
    assert overheard.reached["history"] == {9}


def test_nothing_leaks_of_a_token_that_was_typed_where_none_belongs(overheard):
    configure(overheard.stores, "mode: local", "mode: token")
    token = overheard.env.pop("OMEN_TOKEN")
    for form in ((), MACHINE):
        for command in CALLS:
            for typed in (("--token-file", token), (token, "1", "2"), ("--token", token), ("--log", token)):
                overheard(command, *typed, *form)

    assert overheard.found() == []
    assert overheard.reached["history"] == {2, 9}
    events = [
        json.loads(line)
        for path in overheard.stores.data.glob("audit/*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    reasons = {event["reason"] for event in events if event["event"] == "access.denied"}
    assert "--token-file: is a token, not the name of a file that holds one" in reasons


SECRET = canary("config")
BROKEN = {
    "a port that is none": f"mail: {{url: 'smtps://user:{SECRET}@127.0.0.1:port', from: a@example.com}}",
    "a password with a slash": f"mail: {{url: 'smtps://user:/{SECRET}@127.0.0.1', from: a@example.com}}",
    "no scheme": f"mail: {{url: 'user:{SECRET}@127.0.0.1', from: a@example.com}}",
    "an unknown key beside it": f"mail: {{url: 'smtps://user:{SECRET}@127.0.0.1', form: a@example.com}}",
    "a password where none is": f"mail: {{url: 'file:outbox', password: {SECRET}}}",
    "a wrong sender beside it": f"mail: {{url: 'smtps://user:{SECRET}@127.0.0.1', from: nobody}}",
    "plain text off this machine": f"mail: {{url: 'smtp://user:{SECRET}@192.0.2.1', from: a@example.com}}",
    "an alert that is none": f"alerts: ['{SECRET}']",
    "alerts that are no list": f"alerts: 'json://127.0.0.1/{SECRET}'",
    "an alert without its variable": f"alerts: ['json://127.0.0.1/{SECRET}/${{UNSET}}']",
    "a heartbeat by ftp": f"heartbeat: ftp://127.0.0.1/{SECRET}",
    "a heartbeat with a question": f"heartbeat: https://127.0.0.1/x?{SECRET}",
    "a heartbeat twice": f"heartbeat: https://127.0.0.1/{SECRET}\nheartbeat: https://127.0.0.1/{SECRET}",
    "a heartbeat of many": f"heartbeat: [https://127.0.0.1/{SECRET}]",
    "no YAML": f"heartbeat: https://127.0.0.1/{SECRET}: [",
    "a tab": f"\theartbeat: https://127.0.0.1/{SECRET}",
    "an open quote": f"heartbeat: 'https://127.0.0.1/{SECRET}",
    **{
        f"a variable as {key}": f"{key}: '${{OMEN_BROKEN}}'"
        for key in ("version", "limits", "disk", "access", "mail", "alerts", "heartbeat", "stores")
    },
    "a variable in the limits": "limits: {generations_per_hour: '${OMEN_BROKEN}'}",
    "a variable in the disk": "disk: {min_free_gb: '${OMEN_BROKEN}'}",
    "a variable as mode": "access: {mode: '${OMEN_BROKEN}'}",
    "a variable as zone": "defaults: {timezone: '${OMEN_BROKEN}'}",
    "a variable as language": "defaults: {locale: '${OMEN_BROKEN}'}",
    "a variable as sender": "mail: {url: 'file:outbox', from: '${OMEN_BROKEN}'}",
    "a variable as server": "mail: {url: 'smtps://${OMEN_BROKEN}:port', from: a@example.com}",
}


@pytest.mark.parametrize("case", BROKEN)
def test_nothing_leaks_of_a_stores_yaml_that_is_broken_beside_a_secret(overheard, case):
    overheard.env["OMEN_BROKEN"] = SECRET
    text = overheard.stores.config.read_text("utf-8")
    key = BROKEN[case].strip().partition(":")[0]
    left = [line for line in text.splitlines(keepends=True) if not line.startswith(f"{key}:") or key == "stores"]
    overheard.stores.config.write_text(f"{BROKEN[case]}\n{''.join(left)}", "utf-8")
    overheard.each_of(MACHINE)
    overheard("history", "--all")

    assert overheard.found(but=(*ON_PURPOSE, "stores.yaml")) == []
    assert overheard.reached["history"] == {3}
