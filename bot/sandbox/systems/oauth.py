"""Who may speak to the small FHIR server: SMART Backend Services, as strict as it has to be."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LONGEST_ASSERTION = timedelta(minutes=5)
"""https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html."""
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Refused(Exception):
    """No token is given; it says why."""


@dataclass(slots=True)
class Registered:
    """A client whose public keys are known."""

    client: str
    public_keys: Mapping[str, Any]
    """A JWK Set."""


@dataclass(slots=True)
class Tokens:
    """The tokens that are good, and the assertions that were used."""

    now: Callable[[], datetime]
    clients: dict[str, Registered] = field(default_factory=dict)
    life: timedelta = timedelta(minutes=5)
    presented: list[str] = field(default_factory=list)
    """Every assertion, for whoever wants to see what is signed."""
    _good: dict[str, datetime] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def register(self, client: str, public_keys: Mapping[str, Any]) -> None:
        """Let a client in by its keys, in place of those that it had."""
        self.clients[client] = Registered(client, public_keys)

    def give(self, form: Mapping[str, str], endpoint: str) -> Mapping[str, Any]:
        """A token for an assertion. Raises `Refused`."""
        if form.get("grant_type") != "client_credentials" or not form.get("scope"):
            raise Refused("unsupported_grant_type")
        if form.get("client_assertion_type") != _JWT_BEARER:
            raise Refused("invalid_request")
        self.presented.append(form.get("client_assertion", ""))
        self._check(self.presented[-1], endpoint)
        token = secrets.token_urlsafe(24)
        self._good[token] = self.now() + self.life
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(self.life.total_seconds()),
            "scope": form["scope"],
        }

    def lets_in(self, authorization: str) -> bool:
        """Whether a header carries a token that is good."""
        token = authorization.removeprefix("Bearer ")
        return self._good.get(token, self.now()) > self.now()

    def forget(self) -> None:
        """Make every token bad, as a server does that was started anew."""
        self._good.clear()

    def _check(self, assertion: str, endpoint: str) -> None:
        # Whoever only looks at the demo's chats needs none of it.
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        for client in self.clients.values():
            keys = KeySet.import_key_set(client.public_keys)  # type: ignore[arg-type]
            try:
                token = jwt.decode(assertion, keys, algorithms=["RS384", "ES384"])
            except (JoseError, ValueError):
                continue
            self._check_claims(token.claims, client.client, endpoint)
            return
        raise Refused("invalid_client")

    def _check_claims(self, claims: Mapping[str, Any], client: str, endpoint: str) -> None:
        now = self.now().timestamp()
        ends = claims.get("exp", 0)
        if not (claims.get("iss") == claims.get("sub") == client and claims.get("aud") == endpoint):
            raise Refused("invalid_client")
        if not now < ends <= now + LONGEST_ASSERTION.total_seconds():
            raise Refused("invalid_client")
        if not claims.get("jti") or claims["jti"] in self._used:
            raise Refused("invalid_client")
        self._used.add(claims["jti"])
