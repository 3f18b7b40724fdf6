"""The `doorlight` command: each verb is wiring over a front door."""

from api.cli.main import main

__all__ = ["main"]
