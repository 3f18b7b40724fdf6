"""What an operator may set, read once at the edge and passed down; nothing below an edge reads it."""

from functools import lru_cache
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting comes from the environment; defaults run a private server on this machine."""

    model_config = SettingsConfigDict(env_prefix="DOORLIGHT_", populate_by_name=True)

    home: Path = Path(".doorlight")
    port: int = Field(default=8000, ge=0, le=65535, validation_alias=AliasChoices("PORT", "DOORLIGHT_PORT"))
    host: str = "127.0.0.1"
    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "DOORLIGHT_DATABASE_URL")
    )
    owner_dsn: str | None = None  # set by `doorlight up` for the processes it starts
    service_dsn: str | None = None
    pool_size: int = Field(default=8, ge=1, le=100)
    log_level: str = "info"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
