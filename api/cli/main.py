"""`doorlight VERB`: exit code 0 when it worked, 1 when it did not, 2 when it was called wrongly."""

import sys

import typer

from api.cli import ask, data, doctor, processes, schema
from core.errors import DoorlightError
from core.settings import settings

app = typer.Typer(
    name="doorlight",
    help="Findable doors and safe passage for people in crisis.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
processes.add_to(app)
ask.add_to(app)
data.add_to(app)
doctor.add_to(app)
schema.add_to(app)


def main() -> None:
    """Run the command; a failure is one readable line, never a traceback."""
    try:
        app()
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
