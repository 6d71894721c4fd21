"""Every setting, its default and its meaning; read from the environment and from `.env`."""

import re
from base64 import b64decode
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.model.people import Language

KEY_BYTES = 32
"""Of a key that phone numbers are encrypted with."""


class BadSetting(Exception):
    """Settings cannot be used; the message has a line for each, for the operator."""


class Settings(BaseSettings):
    """What can be set. `.env.example` explains each to the operator."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = SecretStr("")
    database_url: str = "sqlite+aiosqlite:///data/bot.db"
    telegram_api_base: str = "https://api.telegram.org"
    telegram_proxy: str | None = None
    default_language: Language = Language.RUSSIAN
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    taps_per_minute: int = Field(default=90, ge=10)
    """Taps and texts of one person that are answered; what is beyond has to wait."""
    webhook_url: str | None = None
    """Where Telegram sends updates, https in the real world; None: they are asked for (polling)."""
    webhook_secret: SecretStr = SecretStr("")
    """What Telegram proves itself with; without it nobody is let in."""
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=1, le=65535)
    """Where the bot listens for what the reverse proxy passes on."""
    webhook_path: str | None = None
    """The path that the proxy passes on; by default the one of `webhook_url`."""
    operations_host: str = "127.0.0.1"
    operations_port: int | None = Field(default=None, ge=1, le=65535)
    """Of /healthz, /readyz and /metrics; None: they are not served."""
    operator_chat_ids: Annotated[list[int], NoDecode] = []
    """Who is told of trouble: Telegram chats, separated by commas."""
    encryption_keys: Annotated[list[SecretStr], NoDecode] = []
    """What phone numbers are encrypted with: the first one encrypts, all decrypt. Without any, none
    is asked for."""
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

    @field_validator("webhook_secret")
    @classmethod
    def _telegrams_signs(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("Telegram takes up to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("webhook_path")
    @classmethod
    def _absolute_path(cls, value: str | None) -> str | None:
        if value and not value.startswith("/"):
            raise ValueError("a path such as /telegram is wanted")
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

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def secret_keys(self) -> list[bytes]:
        """What `encryption_keys` says."""
        return [read_key(key.get_secret_value()) for key in self.encryption_keys]

    @property
    def listens_at(self) -> str:
        """The path where updates are brought to."""
        return self.webhook_path or urlsplit(self.webhook_url or "").path or "/"


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
            f"each key is {KEY_BYTES} bytes in base64. "
            "Leave it empty, and `python -m bot keys new` makes one"
        )
    return key


def _checked_address(value: str, schemes: set[str], *, with_port: bool = False) -> str:
    """The address as it is, if it can be one; the complaint does not quote it: it may hold a
    password."""
    wanted = f"an address such as {min(schemes)}://host:port is wanted"
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
        BadSetting: which ones are wrong, each by name on a line; no value is ever quoted.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [
            f"{str(each['loc'][0]).upper()}: {each['msg']}. See .env.example."
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise BadSetting("\n".join(wrong)) from None
    if settings.webhook_url and not settings.webhook_secret.get_secret_value():
        raise BadSetting(
            "WEBHOOK_SECRET: without it anybody could bring updates. Make one: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return settings
