"""How a clinic's system is told who we are: tokens, passwords, words that we sign."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc import jws

from bot.sandbox.systems.fhir import Habits, serve_app
from bot.sandbox.systems.troubles import Kind, Trouble
from bot.systems.talking.signing import new_key, public_set
from services.model.systems.values import Authorisation, Refused
from services.ports.systems.clinic_system import SystemRefused
from tests.bot.systems.servers import MISHA, Clinic, fake_clinic

CLIENT = "pediatrician-bot"


def rsa_key() -> str:
    key = generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
async def guarded() -> AsyncIterator[Clinic]:
    """A clinic that lets nobody in without a token, and knows none of our keys yet."""
    async with fake_clinic() as clinic:
        assert clinic.fake
        clinic.fake.habits.asks_for_token = True
        yield clinic


def smart(clinic: Clinic, *keys: str, **other: Any) -> Any:
    clinic.keys["fhir"] = list(keys)
    return clinic.adapter(authorisation=Authorisation.SMART, client=CLIENT, secret="fhir", **other)


def known_are(clinic: Clinic, *keys: str) -> None:
    """The clinic is given the public halves."""
    assert clinic.fake
    clinic.fake.tokens.register(CLIENT, json.loads(public_set(keys)))


def count(clinic: Clinic, what: str) -> int:
    assert clinic.fake
    return clinic.fake.troubles.asked[what]


@pytest.mark.parametrize("make", [new_key, rsa_key], ids=["ES384", "RS384"])
async def test_a_token_is_had_for_words_that_we_sign(guarded: Clinic, make: Any) -> None:
    """One token serves many requests; where it is given, the server says itself."""
    key = make()
    known_are(guarded, key)

    system = smart(guarded, key)
    for _ in range(3):
        assert len(await system.find(guarded.window)) == 6

    assert count(guarded, "POST /token") == 1


async def test_a_token_that_is_refused_is_asked_for_anew(guarded: Clinic) -> None:
    """The server was started anew: nothing that was refused was done, and it is said again once."""
    key = new_key()
    known_are(guarded, key)
    system = smart(guarded, key, token_url=f"{guarded.url}/token")
    await system.find(guarded.window)
    assert guarded.fake

    guarded.fake.tokens.forget()
    assert len(await system.find(guarded.window)) == 6
    assert count(guarded, "POST /token") == 2
    assert count(guarded, "GET /.well-known/smart-configuration") == 0


@pytest.mark.parametrize("endpoint", ["http://clinic.example/token", "ftp://[", "token"])
async def test_a_token_is_asked_for_where_nobody_reads_along(
    guarded: Clinic, endpoint: str
) -> None:
    """https://hl7.org/fhir/smart-app-launch/backend-services.html: the endpoint has to be TLS,
    whether the settings name it or the server does; on this machine nobody is in between."""
    key = new_key()
    with pytest.raises(ValueError, match="token_url"):
        smart(guarded, key, token_url=endpoint)
    says = json.dumps({"token_endpoint": endpoint})
    configuration = "/.well-known/smart-configuration"
    assert guarded.fake
    guarded.fake.troubles.add(Trouble(Kind.FAILURE, "GET", configuration, status=200, body=says))
    with pytest.raises(SystemRefused) as refused:
        await smart(guarded, key).find(guarded.window)
    assert refused.value.why is Refused.UNAUTHORISED


async def test_keys_are_changed_without_a_gap(guarded: Clinic) -> None:
    """The new key comes first and the clinic does not know it yet; then it knows both; then the new
    one alone."""
    old, new = new_key(), new_key()
    known_are(guarded, old)
    assert await smart(guarded, new, old).find(guarded.window)

    known_are(guarded, old, new)
    assert await smart(guarded, new, old).find(guarded.window)

    known_are(guarded, new)
    assert await smart(guarded, new).find(guarded.window)
    with pytest.raises(SystemRefused) as refused:
        await smart(guarded, old).find(guarded.window)
    assert (refused.value.why, refused.value.in_doubt) == (Refused.UNAUTHORISED, False)


async def test_what_is_signed_lives_for_minutes_and_is_never_the_same(guarded: Clinic) -> None:
    key = new_key()
    known_are(guarded, key)
    for _ in range(2):
        await smart(guarded, key).find(guarded.window)

    assert guarded.fake
    seen = guarded.fake.tokens.presented
    one, two = (json.loads(jws.extract_compact(each.encode()).payload) for each in seen)
    header = jws.extract_compact(seen[0].encode()).headers()
    assert (header["alg"], header["typ"], bool(header["kid"])) == ("ES384", "JWT", True)
    assert one["jti"] != two["jti"]
    assert one["iss"] == one["sub"] == CLIENT
    assert one["aud"] == f"{guarded.url}/token"
    assert 0 < one["exp"] - one["iat"] <= timedelta(minutes=5).total_seconds()


async def test_where_no_token_is_to_be_had_nothing_was_done(guarded: Clinic) -> None:
    key = new_key()
    known_are(guarded, key)
    system = smart(guarded, key)
    assert guarded.fake
    guarded.fake.troubles.add(Trouble(Kind.FAILURE, "POST", "/token", status=503))

    with pytest.raises(SystemRefused) as refused:
        await system.find(guarded.window)

    assert (refused.value.why, refused.value.in_doubt) == (Refused.AWAY, False)


@asynccontextmanager
async def a_listener(wanted: dict[str, str]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that lets one header in, and the headers that it was shown."""
    shown: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        shown.append(request.headers.get("Authorization", ""))
        is_in = shown[-1] == wanted["Authorization"]
        body = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
        return web.json_response(body, status=200 if is_in else 401)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with serve_app(app) as url:
        yield url, shown


@pytest.mark.parametrize(
    ("way", "good", "bad"),
    [
        (Authorisation.BEARER, "Bearer old", "Bearer new"),
        (Authorisation.BASIC, "Basic Ym90Om9sZA==", "Basic Ym90Om5ldw=="),
    ],
)
async def test_a_new_token_or_password_is_put_before_the_old_one(
    guarded: Clinic, way: Authorisation, good: str, bad: str
) -> None:
    """What is let in is remembered: the other one is not tried again each time."""
    guarded.keys["fhir"] = ["new", "old"]
    async with a_listener({"Authorization": good}) as (url, shown):
        system = guarded.adapter(url=url, authorisation=way, client="bot", secret="fhir")
        await system.capabilities()
        await system.capabilities()

        assert shown == [bad, good, good]


def bad_settings() -> Iterator[tuple[dict[str, Any], str]]:
    yield {"authorisation": Authorisation.BEARER}, "the name of a key is needed"
    yield {"authorisation": Authorisation.BEARER, "secret": "gone"}, "no key called 'gone'"
    yield {"authorisation": Authorisation.SMART, "secret": "fhir"}, "client_id"
    yield {"authorisation": Authorisation.SMART, "secret": "fhir", "client": "x"}, "private key"
    yield {"authorisation": Authorisation.BASIC, "secret": "fhir", "client": "a:b"}, "a colon"
    yield {"authorisation": Authorisation.IN_BODY, "secret": "fhir"}, "1bit"
    yield {"sends": frozenset()}, "birth-date"
    yield {"dialect": {"if match": "perhaps"}}, "if match"
    yield {"dialect": {"status 400": "nonsense"}}, "status 400"
    yield {"dialect": {"page": -1}}, "page"


@pytest.mark.parametrize(("settings", "complaint"), [*bad_settings()])
async def test_settings_that_cannot_be_are_said_in_a_line_without_a_key(
    guarded: Clinic, settings: dict[str, Any], complaint: str
) -> None:
    guarded.keys["fhir"] = ["a secret of ours"]

    with pytest.raises(ValueError, match=complaint) as refused:
        guarded.adapter(**settings)

    assert "\n" not in str(refused.value)
    assert "a secret of ours" not in str(refused.value)


async def test_what_was_asked_of_a_child_is_what_the_settings_name() -> None:
    """Of all that is sent there, nothing else says who the child is."""
    async with fake_clinic(Habits()) as clinic:
        system = clinic.adapter()
        free = await system.find(clinic.window)
        await system.book(free[0], replace(MISHA, phone="+79990000001"), "key")

        assert clinic.fake
        sent = json.dumps([body for _, body in clinic.fake.seen], ensure_ascii=False)
        assert "+79990000001" not in sent
        [card] = [body for path, body in clinic.fake.seen if path == "POST /Patient"]
        assert {*card} == {"resourceType", "active", "name", "birthDate"}
        [visit] = [body for path, body in clinic.fake.seen if path == "POST /Appointment"]
        assert "Миша" not in json.dumps(visit, ensure_ascii=False)
