"""`doorlight VERB`: exit code 0 when it worked, 1 when it did not, 2 when it was called wrongly."""

import gc
import sys
from importlib import import_module

import typer

from core.errors import DoorlightError
from core.settings import settings

# Which module has which verb. Only the module of the verb that was asked for is loaded: a server that answers
# searches has no use for importers, and somebody at a prompt none for a server.
VERBS = {
    "up": "everything",
    "serve": "server",
    "work": "background",
    "clock": "background",
    "near": "ask",
    "import": "data",
    "agency": "agency",
    "person": "person",
    "audit": "audit",
    "keys": "keys",
    "hold": "hold",
    "purge": "purge",
    "letters": "letters",
    "referrals": "referrals",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
    "schema": "schema",
}


def command(asked: str | None) -> typer.Typer:
    """The command with the verb that was asked for, or with all of them, for help."""
    app = typer.Typer(
        name="doorlight",
        help="Findable doors and safe passage for people in crisis.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_verbs)  # or a single verb would be taken for the whole command
    gc.disable()  # a fifth of the time to load goes to looking for garbage where there is none
    for module in dict.fromkeys([VERBS[asked]] if asked in VERBS else VERBS.values()):
        import_module(f"api.cli.{module}").add_to(app)
    gc.enable()
    return app


def _verbs() -> None:
    """Findable doors and safe passage for people in crisis."""


def main() -> None:
    """Run the command; a failure is one readable line, never a traceback."""
    try:
        command(sys.argv[1] if len(sys.argv) > 1 else None)()
    except DoorlightError as failure:
        print(f"doorlight: {failure.detail}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as surprise:
        if settings().log_level == "debug":
            raise
        said = str(surprise).partition("\n")[0] or type(surprise).__name__
        print(f"doorlight: {said} (DOORLIGHT_LOG_LEVEL=debug says where)", file=sys.stderr)
        sys.exit(1)
