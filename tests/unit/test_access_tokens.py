"""What a token has to be, whoever made it: signature, algorithm, issuer, audience, times and claims."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from omen_cli.access.claims import LEEWAY, Claims
from omen_cli.access.keys import secret_key
from omen_cli.access.tokens import Expected, contents_of, make_token, public_key, read_token
from omen_cli.errors import ConfigInvalid, Unauthenticated

AT = datetime(2026, 1, 19, 15, tzinfo=UTC)
SECRET = b"0123456789abcdef0123456789abcdef-secret"
KEY = secret_key(SECRET, "key")
HERE = Expected("omen", "omen")
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def payload(**more):
    made = {
        "storeId": "NJWeedWizard",
        "storeName": "NJ Weed Wizard",
        "email": "owner@njweedwizard.example",
        "role": "owner",
        "iss": "omen",
        "aud": "omen",
        "exp": int(AT.timestamp()) + 3600,
        **more,
    }
    return {name: value for name, value in made.items() if value is not ...}


def part(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims, header=None, secret=SECRET):
    """Return a token signed with HS256, whatever its header says."""
    body = f"{part({'alg': 'HS256', 'typ': 'JWT', **(header or {})})}.{part(claims)}"
    return f"{body}.{part(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"


def pem(private):
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def refused(token, key=KEY, at=AT):
    with pytest.raises(Unauthenticated) as caught:
        read_token(token, key, HERE, at)
    assert caught.value.hint
    return caught.value.message


def test_what_is_made_is_read():
    claims = Claims("a@b.example", "viewer", "CaliCannabis", "California", AT + timedelta(days=1))
    assert read_token(make_token(claims, KEY, HERE, AT), KEY, HERE, AT) == claims


def test_a_token_of_another_maker_is_read():
    found = read_token(signed(payload()), KEY, HERE, AT)
    assert (found.email, found.role, found.store_id) == ("owner@njweedwizard.example", "owner", "NJWeedWizard")


def test_one_audience_of_several_is_enough():
    assert read_token(signed(payload(aud=["web", "omen"])), KEY, HERE, AT).role == "owner"


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../../dev/null"},
        {"kid": "1' OR '1'='1"},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"kid": 5},
        {"kid": None},
        {"kid": [5]},
        {"jku": 5, "x5u": 5, "typ": 5},
    ],
)
def test_what_a_header_says_of_keys_chooses_nothing(header):
    assert read_token(signed(payload(), header), KEY, HERE, AT).role == "owner"
    assert "not signed with the key" in refused(signed(payload(), header, secret=b"\0" * 32))


@pytest.mark.parametrize("alg", ["none", "None", "HS384", "HS512", "RS256", "EdDSA", "", None, ["HS256"], {}])
def test_a_key_has_one_algorithm(alg):
    assert "the token: " in refused(signed(payload(), {"alg": alg}))


def test_a_public_key_is_never_taken_for_a_secret():
    text = pem(RSA)
    forged = signed(payload(), secret=text)
    assert "algorithm" in refused(forged, public_key(text, "key"))
    with pytest.raises(ConfigInvalid, match="half of a key pair"):
        secret_key(text, "key")


@pytest.mark.parametrize(("private", "algorithm"), [(ED25519, "EdDSA"), (RSA, "RS256")])
def test_a_public_key_checks_what_its_private_key_signed(private, algorithm):
    key = public_key(pem(private), "key")
    token = jwt.encode(payload(), private, algorithm=algorithm)
    assert key.algorithm == algorithm
    assert read_token(token, key, HERE, AT).store_id == "NJWeedWizard"
    assert "the token: " in refused(token[:-6] + "AAAAAA", key)
    assert "the token: " in refused(signed(payload()), key)


def test_of_rsa_only_one_algorithm_is_taken():
    assert "RS256" in refused(jwt.encode(payload(), RSA, algorithm="RS512"), public_key(pem(RSA), "key"))


WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
CURVE = ec.generate_private_key(ec.SECP256R1())
PRIVATE = ED25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (pem(WEAK), "1024 bits"),
        (pem(CURVE), "not a public key"),
        (PRIVATE, "a private key"),
        (b"", "not a public key"),
        (b"nonsense\n", "not a public key"),
        (b"\xff\xfe\0", "not a public key"),
        (SECRET, "not a public key"),
    ],
)
def test_what_is_no_public_key_is_refused(raw, problem):
    with pytest.raises(ConfigInvalid, match=problem) as caught:
        public_key(raw, "access.public_key_file")
    assert SECRET.decode() not in caught.value.message


@pytest.mark.parametrize("raw", [b"", b"\n", b"x" * 31, b"k1" * 15 + b"z\n", b"a" * 64, b"\0" * 32])
def test_a_secret_has_32_bytes_and_is_not_one_byte_over_and_over(raw):
    with pytest.raises(ConfigInvalid, match=r"fewer than 32|over and over"):
        secret_key(raw, "key")


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_one_newline_at_the_end_is_no_part_of_a_secret(end):
    assert secret_key(SECRET + end, "key").raw == SECRET
    assert secret_key(SECRET + b"\n" + end, "key").raw != SECRET or not end


def test_a_key_shows_itself_nowhere():
    assert SECRET.decode() not in f"{KEY} {KEY!r}"


@pytest.mark.parametrize("seconds", [3600, 3600 + LEEWAY.seconds - 1])
def test_until_it_expires_and_half_a_minute_longer_a_token_is_good(seconds):
    assert read_token(signed(payload()), KEY, HERE, AT + timedelta(seconds=seconds)).role == "owner"


def test_then_it_has_expired_and_says_when():
    said = refused(signed(payload()), at=AT + timedelta(hours=1) + LEEWAY)
    assert "expired at 2026-01-19 16:00:00 UTC" in said


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_token_of_the_future_is_not_valid_yet(name):
    soon = int(AT.timestamp()) + LEEWAY.seconds
    assert read_token(signed(payload(**{name: soon})), KEY, HERE, AT).role == "owner"
    assert "not valid before" in refused(signed(payload(**{name: soon + 1})))


@pytest.mark.parametrize("name", ["nbf", "iat"])
@pytest.mark.parametrize("value", [-62_135_596_800, 0, 0.5])
def test_a_token_of_long_ago_is_valid_by_now(name, value):
    assert read_token(signed(payload(**{name: value})), KEY, HERE, AT).role == "owner"


LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [0, 1, 29])
def test_a_token_may_be_good_to_the_end_of_the_year_9999(seconds):
    exp = round(LAST.timestamp()) - seconds
    token = signed(payload(exp=exp))
    assert read_token(token, KEY, HERE, AT).expires_at == datetime.fromtimestamp(exp, UTC)
    assert read_token(token, KEY, HERE, LAST).role == "owner"


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_at_the_ends_of_time_a_token_is_judged_too(name):
    end = round(LAST.timestamp())
    assert "not valid before 9999-12-31 23:59:59 UTC" in refused(signed(payload(**{name: end})))
    assert read_token(signed(payload(exp=end, **{name: end})), KEY, HERE, LAST).role == "owner"
    assert "expired at" in refused(signed(payload(exp=-62_135_596_800)))


@pytest.mark.parametrize("claim", [{"sub": 42}, {"sub": None}, {"jti": 5}, {"jti": [1]}, {"azp": {"x": 1}}])
def test_what_is_not_said_to_be_looked_at_voids_no_token(claim):
    assert read_token(signed(payload(**claim)), KEY, HERE, AT).role == "owner"


def test_a_header_that_asks_for_what_omen_does_not_know_is_refused_and_told_so():
    assert "(crit)" in refused(signed(payload(), {"crit": ["exp"]}))


@pytest.mark.parametrize("name", ["exp", "aud", "iss"])
def test_what_is_required_may_not_be_missing(name):
    assert "the token: " in refused(signed(payload(**{name: ...})))
    assert "the token: " in refused(signed(payload(**{name: None})))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aud", "web"),
        ("aud", []),
        ("aud", ["web"]),
        ("aud", 5),
        ("aud", {"omen": 1}),
        ("iss", "Omen"),
        ("iss", ["omen"]),
        ("exp", "4102444800"),
        ("exp", True),
        ("exp", [4102444800]),
        ("exp", float("nan")),
        ("exp", float("inf")),
        ("exp", 10**30),
        ("exp", -(10**30)),
        ("exp", 0),
        ("nbf", "now"),
        ("nbf", True),
        ("iat", None),
        ("iat", float("nan")),
        ("email", ...),
        ("email", ""),
        ("email", "tester"),
        ("email", "a@b.example\r\nBcc: x@y.example"),
        ("email", ["a@b.example"]),
        ("role", ...),
        ("role", "Admin"),
        ("role", "root"),
        ("role", ["admin"]),
        ("role", True),
        ("storeId", ...),
        ("storeId", None),
        ("storeId", ""),
        ("storeId", "../CaliCannabis"),
        ("storeId", "NJWeedWizard\n"),
        ("storeId", ["NJWeedWizard"]),
        ("storeId", "x" * 51),
        ("storeName", 5),
        ("storeName", "x\x1b[31m"),
        ("storeName", "x" * 201),
    ],
)
def test_each_wrong_claim_is_refused(name, value):
    assert refused(signed(payload(**{name: value}))).startswith("the token: ")


@pytest.mark.parametrize("role", ["viewer", "owner"])
def test_only_an_admin_is_of_no_store(role):
    assert read_token(signed(payload(role="admin", storeId=...)), KEY, HERE, AT).store_id is None
    assert "storeId" in refused(signed(payload(role=role, storeId=...)))


GOOD = signed(payload())


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        "\udcff",
        GOOD[:-1],
        GOOD.rpartition(".")[0],
        GOOD.rpartition(".")[0] + ".",
        GOOD + ".x",
        GOOD.replace(".", " . "),
        "x" + GOOD,
        signed([]),
        signed("text"),
        signed(5),
        signed(b"not json"),
        signed(b'{"exp": 1e999}'),
        signed(b"\xff"),
        signed(b"[" * 5000),
        signed(payload(), {"crit": ["exp"]}),
        signed(payload(), {"b64": False, "crit": ["b64"]}),
        f"{part(b'[]')}.{part({})}.{part(b'x')}",
        "x" * 8193,
        signed(payload(storeName="x" * 9000)),
    ],
)
def test_what_is_no_token_is_refused_in_one_harmless_line(token):
    said = refused(token)
    assert said.isprintable()
    assert len(said) < 120
    if len(token) > 20:
        assert token[:20] not in said


def test_the_contents_are_read_without_being_believed():
    header, claims = contents_of(signed(payload(role="root"), secret=b"\1" * 32))
    assert (header["alg"], claims["role"]) == ("HS256", "root")
    assert contents_of(signed(payload(), {"kid": 5}))[0]["kid"] == 5


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 9000, signed(5)])
def test_what_is_no_token_has_no_contents(token):
    with pytest.raises(Unauthenticated):
        contents_of(token)
