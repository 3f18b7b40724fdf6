"""What an operator may set, read once at the edge and passed down; nothing below an edge reads it."""

from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core import clock
from core.addresses import Network, networks
from core.outgoing import Outgoing
from core.secrets import Keys
from core.signed import key_of


class Settings(BaseSettings):
    """Every setting comes from the environment; defaults run a private server on this machine."""

    model_config = SettingsConfigDict(
        env_prefix="DOORLIGHT_",
        populate_by_name=True,
        hide_input_in_errors=True,  # some of it is secret
    )

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
    # The ring of keys for person data: the environment's own text, or a file; without both, keys.json of the home.
    keys: SecretStr | None = None
    keys_file: Path | None = None
    # Where people reach us, for the links in letters.
    public_url: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = "Doorlight <doorlight@localhost>"
    sms_url: SecretStr | None = None
    sms_from: str | None = None
    gateway_secret: SecretStr | None = None  # whsec_..., by which the gateway signs the replies that it brings
    letters_folder: Path | None = None  # where letters go that no server is set for; `home`/letters

    # Networks of one's own that other servers may be asked in, such as a provider for signing in: "10.20.0.0/16,::1".
    outgoing_also: str = ""

    # Whose X-Forwarded-For is believed; without any, the address of whoever is connected counts.
    trusted_proxies: str = ""

    # Quotas in place of the usual ones, "search=1200/minute, known=5000/minute", or "off"; and how many API processes
    # share them, each counting for itself.
    rates: str = ""
    processes: int = Field(default=1, ge=1, le=100)

    @field_validator("outgoing_also", "trusted_proxies")
    @classmethod
    def _networks(cls, said: str) -> str:
        networks(said)
        return said

    @field_validator("gateway_secret")
    @classmethod
    def _key(cls, said: SecretStr | None) -> SecretStr | None:
        if said is not None:
            key_of(said.get_secret_value())
        return said

    @model_validator(mode="after")
    def _senders(self) -> Self:
        """Whoever sends by a server says in whose name: no server takes letters from localhost."""
        if self.smtp_url is not None and "mail_from" not in self.model_fields_set:
            raise ValueError("DOORLIGHT_SMTP_URL needs DOORLIGHT_MAIL_FROM beside it")
        if self.sms_url is not None and not self.sms_from:
            raise ValueError("DOORLIGHT_SMS_URL needs DOORLIGHT_SMS_FROM beside it")
        return self

    @property
    def address(self) -> str:
        """Where people reach us, without a slash behind it; this machine where nothing is set."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    def outgoing(self) -> Outgoing:
        """The way to other servers."""
        return Outgoing(also=networks(self.outgoing_also))

    def proxies(self) -> tuple[Network, ...]:
        """Whose word about where a request comes from is taken."""
        return networks(self.trusted_proxies)

    def gateway(self) -> bytes | None:
        """The key of the gateway's signatures; None: nothing that it brings is heard."""
        return None if self.gateway_secret is None else key_of(self.gateway_secret.get_secret_value())

    def ring(self) -> Keys:
        """The keys for person data; where none are set, the home's own, made when they are first needed."""
        if self.keys is not None:
            return Keys(text=self.keys.get_secret_value())
        if self.keys_file is not None:
            return Keys(path=self.keys_file)
        return Keys(path=self.home.expanduser() / "keys.json", named=f"{clock.now():%Y-%m-%d}")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
