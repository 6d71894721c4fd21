"""Every setting, its default and its meaning; read from the environment and from `.env`."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.model.people import Language
from services.model.privacy.retention import USUAL_DAYS, Kept, Lives, days

KEY_BYTES = 32
"""Of a key that phone numbers are encrypted with."""
SHORTEST_SECRET = 16
"""Characters of a webhook's secret that nobody tries out."""
TELEGRAMS_API = "https://api.telegram.org"
TELEGRAMS_PORTS = {443, 80, 88, 8443}
"""Where Telegram's own servers bring updates: https://core.telegram.org/bots/api#setwebhook."""

Days = Annotated[int, Field(ge=0, le=36500)]
"""For how long something is kept."""

_NEW_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))" makes one'


class BadSetting(Exception):
    """Settings cannot be used; the message has a line for each, for the operator."""


class Settings(BaseSettings):
    """What can be set. `.env.example` explains each to the operator."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = SecretStr("")
    database_url: str = "sqlite+aiosqlite:///data/bot.db"
    telegram_api_base: str = TELEGRAMS_API
    telegram_proxy: str | None = None
    default_language: Language = Language.RUSSIAN
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    taps_per_minute: int = Field(default=90, ge=10)
    """Taps and texts of one person that are answered; what is beyond has to wait."""
    webhook_url: str | None = None
    """Where Telegram brings updates; None: they are asked for (polling)."""
    webhook_secret: SecretStr = SecretStr("")
    """What Telegram proves itself with; without it nobody is let in."""
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=1, le=65535)
    """Where the bot listens for what the reverse proxy passes on."""
    webhook_path: str | None = None
    """The path that the proxy passes on; by default the one of `webhook_url`."""
    files_url: str | None = None
    """Where the proxy passes on to the bot whoever fetches their file by a link; None: there are no
    such links."""
    operations_host: str = "127.0.0.1"
    operations_port: int | None = Field(default=None, ge=1, le=65535)
    """Of /healthz, /readyz and /metrics; None: they are not served."""
    operator_chat_ids: Annotated[list[int], NoDecode] = []
    """Who is told of trouble: Telegram chats, separated by commas."""
    encryption_keys: Annotated[list[SecretStr], NoDecode] = []
    """What phone numbers are encrypted with: the first one encrypts, all decrypt. Without any, none
    is asked for."""
    system_keys: Annotated[dict[str, list[SecretStr]], NoDecode] = {}
    """What clinics' own systems know us by: by name, and of several for one name the first is used
    first (see `bot.systems.talking.authorising.Keys`)."""
    erased_list: Path = Path("data/erased.txt")
    """Where it is written down outside the database who was erased, for whoever restores it."""
    keep_notices_days: Days = USUAL_DAYS[Kept.NOTICES]
    keep_deliveries_days: Days = USUAL_DAYS[Kept.DELIVERIES]
    keep_notes_days: Days = USUAL_DAYS[Kept.NOTES]
    keep_questions_days: Days = USUAL_DAYS[Kept.QUESTIONS]
    keep_calls_days: Days = USUAL_DAYS[Kept.CALLS]
    keep_calendar_files_days: Days = USUAL_DAYS[Kept.CALENDAR_FILES]
    keep_offers_days: Days = USUAL_DAYS[Kept.OFFERS]
    keep_absences_days: Days = USUAL_DAYS[Kept.ABSENCES]
    keep_searches_days: Days = USUAL_DAYS[Kept.SEARCHES]
    keep_ill_counts_days: Days = USUAL_DAYS[Kept.ILL_COUNTS]
    keep_typing_days: Days = USUAL_DAYS[Kept.TYPING]
    keep_invitations_days: Days = USUAL_DAYS[Kept.INVITATIONS]
    keep_check_ups_days: Days = USUAL_DAYS[Kept.CHECK_UPS]
    keep_waits_days: Days = USUAL_DAYS[Kept.WAITS]
    keep_system_bookings_days: Days = USUAL_DAYS[Kept.SYSTEM_BOOKINGS]
    keep_dead_letters_days: Days = USUAL_DAYS[Kept.DEAD_LETTERS]
    keep_empty_cards_days: Days = USUAL_DAYS[Kept.EMPTY_CARDS]
    keep_callers_days: Days = USUAL_DAYS[Kept.CALLERS]
    keep_visits_days: Days = USUAL_DAYS[Kept.VISITS]
    keep_proofs_days: Days = USUAL_DAYS[Kept.PROOFS]
    """How long each kind is kept (see `Kept`): days, and 0 is for good."""
    port: int = Field(default=8080, ge=1, le=65535)
    """Of the demo's chat page."""

    @field_validator("telegram_api_base")
    @classmethod
    def _http_address(cls, value: str) -> str:
        return _checked_address(value, {"http", "https"})

    @field_validator("telegram_proxy")
    @classmethod
    def _proxy_address(cls, value: str | None) -> str | None:
        return value and _checked_address(value, {"socks5", "socks4", "http"}, with_port=True)

    @field_validator("webhook_url")
    @classmethod
    def _webhook_address(cls, value: str | None) -> str | None:
        return value and _checked_address(value, {"https", "http"})

    @field_validator("files_url")
    @classmethod
    def _safe_address(cls, value: str | None) -> str | None:
        return value and _checked_address(value, {"https"}).rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _telegrams_signs(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise ValueError(
                f"Telegram takes up to 256 of A-Z, a-z, 0-9, _ and -, nothing else; {_NEW_ONE}"
            )
        if 0 < len(secret) < SHORTEST_SECRET:
            raise ValueError(
                f"with fewer than {SHORTEST_SECRET} characters it could be guessed; {_NEW_ONE}"
            )
        return value

    @field_validator("webhook_path")
    @classmethod
    def _absolute_path(cls, value: str | None) -> str | None:
        if value and not value.startswith("/"):
            raise ValueError("it has to be a path such as /telegram")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _can_encrypt(cls, value: list[SecretStr]) -> list[SecretStr]:
        for key in value:
            read_key(key.get_secret_value())
        return value

    @field_validator("operator_chat_ids", "encryption_keys", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return (
            [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("system_keys", mode="before")
    @classmethod
    def _by_names(cls, value: object) -> object:
        return read_named_keys(value) if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def secret_keys(self) -> list[bytes]:
        """What `encryption_keys` says."""
        return [read_key(key.get_secret_value()) for key in self.encryption_keys]

    @property
    def keys_of_systems(self) -> dict[str, list[str]]:
        """What `system_keys` says."""
        return {
            name: [key.get_secret_value() for key in keys]
            for name, keys in self.system_keys.items()
        }

    @property
    def lives(self) -> Lives:
        """What `keep_…_days` say."""
        return {kept: days(getattr(self, life_of(kept))) for kept in Kept}

    @property
    def listens_at(self) -> str:
        """The path where updates are brought to."""
        return self.webhook_path or urlsplit(self.webhook_url or "").path or "/"


def life_of(kept: Kept) -> str:
    """The setting that says how long a kind is kept."""
    return f"keep_{kept}_days"


def read_key(written: str) -> bytes:
    """The bytes of a key, which operators write in base64.

    Raises:
        ValueError: it is none; what was written is not quoted, not even as the cause.
    """
    plain = written.strip().replace("-", "+").replace("_", "/")
    try:
        key = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:  # its message may say what it found
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"each key has to be {KEY_BYTES} bytes in base64; "
            "leave it empty, and `python -m bot keys new` makes one"
        )
    return key


def read_named_keys(written: str) -> dict[str, list[str]]:
    """Keys by name out of JSON: a text, a private key as a JWK, or a list of these for each.

    Raises:
        ValueError: it is no such thing; nothing of it is quoted, not even as the cause.
    """
    wanted = 'it has to be JSON such as {"romashka": "key"} or {"romashka": ["new key", "old key"]}'
    try:
        named = json.loads(written)
    except ValueError:
        named = None
    if not isinstance(named, dict):
        raise ValueError(wanted)
    keys = {name: each if isinstance(each, list) else [each] for name, each in named.items()}
    if not all(_is_key(key) for each in keys.values() for key in each or [None]):
        raise ValueError(wanted)
    return {
        name: [key if isinstance(key, str) else json.dumps(key) for key in each]
        for name, each in keys.items()
    }


def _is_key(key: object) -> bool:
    return bool(key) and isinstance(key, str | dict)


def _checked_address(value: str, schemes: set[str], *, with_port: bool = False) -> str:
    """The address as it is, if it can be one; the complaint does not quote it: it may hold a
    password."""
    host = "host:port" if with_port else "host"
    wanted = f"it has to be an address such as {max(schemes)}://{host}"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme not in schemes or not parts.hostname or (with_port and not port):
        raise ValueError(wanted)
    return value


def read_settings() -> Settings:
    """The settings as they stand.

    Raises:
        BadSetting: which ones are wrong, each by name on a line with what to do; no value is ever
            quoted.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [
            _line(str(each["loc"][0]), _in_words(each))
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise BadSetting("\n".join(wrong)) from None
    except UnicodeDecodeError:
        raise BadSetting(".env: it is not written in UTF-8; save it anew as UTF-8.") from None
    except OSError as error:
        raise BadSetting(
            f".env: it cannot be read ({error.strerror}); let the bot's user read it."
        ) from None
    if trouble := _webhook_trouble(settings):
        raise BadSetting(_line(*trouble))
    return settings


def _line(field: str, trouble: str) -> str:
    return f"{field.upper()}: {trouble}. See .env.example."


def _in_words(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, and what is wanted, in our words and not in the library's."""
    field, kind, context = str(error["loc"][0]), str(error["type"]), error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        return f"it has to be {str(context['expected']).replace(chr(39), '')}"
    if field == "operator_chat_ids":
        return (
            "it has to be numbers separated by commas; @userinfobot says your own, "
            "that of a group begins with -"
        )
    return f"it has to be a whole number{_range_of(field)}"


def _range_of(field: str) -> str:
    """The numbers that a setting may be, in words; empty: any."""
    known = {
        name: getattr(limit, name)
        for limit in Settings.model_fields[field].metadata
        for name in ("ge", "le")
        if hasattr(limit, name)
    }
    if "le" in known:
        return f" from {known['ge']} to {known['le']}"
    return f", {known['ge']} or more" if "ge" in known else ""


def _webhook_trouble(settings: Settings) -> tuple[str, str] | None:
    """What keeps updates from being brought, and which setting it is."""
    if not settings.webhook_url:
        return None
    if not settings.webhook_secret.get_secret_value():
        return "webhook_secret", f"without it anybody could bring updates; {_NEW_ONE}"
    if settings.telegram_api_base.rstrip("/") != TELEGRAMS_API:
        return None  # a Bot API server of one's own takes any address
    address = urlsplit(settings.webhook_url)
    if address.scheme != "https":
        return "webhook_url", (
            "Telegram brings updates by https alone; set an address such as "
            "https://bot.example.org/telegram, or leave it empty to ask for updates instead"
        )
    if address.port not in {None, *TELEGRAMS_PORTS}:
        return "webhook_url", (
            "Telegram brings updates to the ports 443, 80, 88 and 8443 alone; "
            "let the proxy listen at one of them"
        )
    return None
