"""`omen token`: the key is made once and privately, a token is shown once, and what is in one can be seen."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from threading import Barrier, Thread

import pytest

from omen_cli.cli.file_output import write_secret
from omen_cli.errors import InvalidArgument
from tests.cli.signed import ADMIN, KEY, OWNER, People, need_tokens, write_key
from tests.cli.stores import CALI, NJ, configure, whole_tree

MADE = ("token", "create", "--role", "owner", "--email", OWNER, "--store", NJ)


@pytest.fixture
def people(two_stores) -> People:
    need_tokens(two_stores)
    return People(two_stores)


@contextmanager
def file_size_limit(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes, for the time of a `with`."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


def test_a_key_is_long_private_and_each_its_own(two_stores, omen, tmp_path):
    need_tokens(two_stores)
    (tmp_path / "token.key").unlink()
    before = os.umask(0)
    try:
        assert omen("token", "keygen").code == 0
        assert omen("token", "keygen", "--out", "second.key").code == 0
    finally:
        os.umask(before)
    texts = [(tmp_path / name).read_bytes() for name in ("token.key", "second.key")]
    assert [mode(tmp_path / name) for name in ("token.key", "second.key")] == [0o600, 0o600]
    assert len(set(texts)) == 2
    assert all(len(text.strip()) >= 32 and text.isascii() and text.endswith(b"\n") for text in texts)
    assert omen(*MADE).code == 0


def test_a_key_is_never_replaced(people, tmp_path):
    for path in ("token.key", "here.link"):
        (tmp_path / "here.link").is_symlink() or (tmp_path / "here.link").symlink_to("nowhere.key")
        run = people.omen("token", "keygen", "--out", path)
        assert (run.code, run.out) == (2, "")
        assert "is there already" in run.err
    assert people.omen("token", "keygen").code == 2
    assert (tmp_path / "token.key").read_text("utf-8") == f"{KEY}\n"
    assert not (tmp_path / "nowhere.key").exists()


def test_of_several_at_once_one_makes_the_key(tmp_path):
    begin, failed = Barrier(8), []

    def make(number: int) -> None:
        begin.wait()
        try:
            write_secret(tmp_path / "token.key", b"%d" % number * 48, tmp_path / "data")
        except InvalidArgument as error:
            failed.append(error.message)

    for _ in range(20):
        failed.clear()
        threads = [Thread(target=make, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (made,) = tmp_path.iterdir()
        assert len(set(made.read_bytes())) == 1
        assert len(made.read_bytes()) == 48
        assert failed == [f"{tmp_path / 'token.key'}: is there already"] * 7
        made.unlink()


def test_a_key_that_cannot_be_written_leaves_nothing(two_stores, omen, tmp_path):
    before = whole_tree(tmp_path)
    with file_size_limit(16):
        run = omen("token", "keygen", "--out", "token.key")
    assert (run.code, run.out) == (1, "")
    assert whole_tree(tmp_path) == before


@pytest.mark.parametrize("out", ["data/token.key", "no/folder/token.key", "."])
def test_a_key_that_has_no_place_is_not_made(two_stores, omen, tmp_path, out):
    (tmp_path / "data").mkdir()
    before = whole_tree(tmp_path)
    run = omen("token", "keygen", "--out", out)
    assert run.code == 2
    assert whole_tree(tmp_path) == before


def test_without_a_place_for_the_key_none_is_made(two_stores, omen):
    assert omen("token", "keygen").code == 2
    run = omen(*MADE)
    assert (run.code, run.out) == (3, "")
    assert "access.key_file" in run.err


def test_a_key_may_be_made_ready_while_no_token_is_needed_yet(two_stores, omen):
    need_tokens(two_stores, "{mode: local, key_file: token.key}")
    assert omen(*MADE).code == 0
    assert omen("stores").code == 0


def test_a_token_is_shown_once_and_kept_nowhere(people, two_stores, tmp_path):
    before = whole_tree(tmp_path)
    run = people.omen(*MADE, is_tty=True, width=40)
    assert run.code == 0
    assert len(run.out.splitlines()) == 1
    assert run.out.strip().count(".") == 2
    assert run.out.strip() not in run.err
    assert whole_tree(tmp_path) == before


def test_a_token_can_go_to_a_file_of_its_own(people, tmp_path):
    run = people.omen(*MADE, "--out", "owner.token")
    path = tmp_path / "owner.token"
    assert (run.code, mode(path)) == (0, 0o600)
    assert path.read_text("utf-8").strip() not in run.out + run.err
    assert people.omen("history", "--token-file", "owner.token").code == 0
    assert people.omen(*MADE, "--out", "owner.token").code == 2


def test_what_was_made_is_said_in_json(people):
    run = people.omen(*MADE, "--days", "7", "--json")
    said = {name: run.data[name] for name in ("storeId", "storeName", "email", "role", "expiresAt")}
    assert said == {
        "storeId": NJ,
        "storeName": "NJ Weed Wizard",
        "email": OWNER,
        "role": "owner",
        "expiresAt": "2026-01-26T15:00:00.000+00:00",
    }
    assert people.omen("history", env={"OMEN_TOKEN": run.data["token"]}).code == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("--role", "owner", "--email", OWNER), 2),
        (("--role", "root", "--email", OWNER, "--store", NJ), 2),
        (("--role", "owner", "--email", "owner", "--store", NJ), 2),
        (("--role", "owner", "--email", "a@b.example\r\nx", "--store", NJ), 2),
        (("--role", "owner", "--email", OWNER, "--store", "Nobody"), 5),
        (("--role", "owner", "--email", OWNER, "--store", NJ, "--days", "0"), 2),
        (("--role", "owner", "--email", OWNER, "--store", NJ, "--days", "367"), 2),
        (("--role", "owner", "--email", OWNER, "--store", NJ, "--quiet"), 2),
        (("--role", "admin"), 2),
        (("--email", ADMIN), 2),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(people, argv, code):
    run = people.omen("token", "create", *argv)
    assert (run.code, run.out) == (code, "")


@pytest.mark.parametrize("role", ["viewer", "owner"])
@pytest.mark.parametrize("command", ["create", "keygen"])
def test_whoever_gives_a_token_makes_none_with_less_than_an_admins(people, tmp_path, role, command):
    argv = {"create": MADE[2:], "keygen": ("--out", "new.key")}[command]
    run = people.run(role, "token", command, *argv)
    assert (run.code, run.out) == (10, "")
    assert not (tmp_path / "new.key").exists()


def test_inspect_says_what_is_in_a_token_and_that_it_is_valid(people):
    run = people.run("owner", "token", "inspect")
    rows = dict(line.split("\t") for line in run.out.splitlines() if "\t" in line)
    assert run.code == 0
    assert (rows["storeId"], rows["email"], rows["role"], rows["alg"]) == (NJ, OWNER, "owner", "HS256")
    assert rows["exp"] == "2026-02-18 15:00:00 UTC"
    assert run.out.splitlines()[-1] == "valid"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda people, token: (people.omen.clock.advance(days=31), token)[1], "expired at 2026-02-18 15:00:00 UTC"),
        (lambda people, token: f"{token[:-8]}AAAAAAAA", "not signed with the key"),
        (
            lambda people, token: (configure(people.stores, "token.key}", "token.key, issuer: web}"), token)[1],
            "of another issuer than web",
        ),
    ],
)
def test_inspect_says_why_a_token_is_not_valid_and_exits_1(people, spoil, said):
    token = spoil(people, people.token("owner"))
    run = people.omen("token", "inspect", env={"OMEN_TOKEN": token})
    assert run.code == 1
    assert f"not valid: the token: {said}" in run.out or said in run.out
    assert OWNER in run.out
    error = people.omen("token", "inspect", "--json", env={"OMEN_TOKEN": token}).json["error"]
    assert (error["code"], error["valid"], error["claims"]["email"]) == ("check_failed", False, OWNER)


@pytest.mark.parametrize(("env", "code"), [({}, 9), ({"OMEN_TOKEN": "nonsense"}, 9)])
def test_where_there_is_no_token_there_is_nothing_to_inspect(people, env, code):
    run = people.omen("token", "inspect", env=env)
    assert (run.code, run.out) == (code, "")


def test_a_token_of_the_companys_own_login_is_taken(two_stores, omen, tmp_path):
    import jwt
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_key(tmp_path / "login.pem", public.decode(), 0o644)
    configure(
        two_stores,
        "version: 1\n",
        "version: 1\naccess: {mode: token, public_key_file: login.pem, issuer: https://login.example, audience: reports}\n",
    )
    claims = {"storeId": CALI, "storeName": "x", "email": OWNER, "role": "viewer", "exp": _in_an_hour(omen.clock())}
    token = jwt.encode({**claims, "iss": "https://login.example", "aud": "reports"}, private, algorithm="EdDSA")
    assert omen("history", env={"OMEN_TOKEN": token}).code == 0
    assert omen("history", "--store", NJ, env={"OMEN_TOKEN": token}).code == 10
    assert omen(*MADE).code == 3
    (tmp_path / "login.pem").chmod(0o666)
    assert omen("history", env={"OMEN_TOKEN": token}).code == 3


def _in_an_hour(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp()) + 3600
