"""Every setting, its default and its meaning; read from the environment and from `.env`."""

from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.model import Language


class BadSetting(Exception):
    """A setting cannot be used; the message is one line for the operator."""


class Settings(BaseSettings):
    """What can be set. `.env.example` explains each to the operator."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = SecretStr("")
    database_url: str = "sqlite+aiosqlite:///data/bot.db"
    telegram_api_base: str = Field(default="https://api.telegram.org", pattern=r"^https?://.+")
    telegram_proxy: str | None = Field(default=None, pattern=r"^(socks5|socks4|http)://.+")
    default_language: Language = Language.RUSSIAN
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    port: int = Field(default=8080, ge=1, le=65535)
    """Of the demo's chat page."""

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


def read_settings() -> Settings:
    """The settings as they stand.

    Raises:
        BadSetting: the first one that is wrong, by name; its value is never quoted.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper()
        raise BadSetting(f"{name}: {first['msg']}. See .env.example.") from None
