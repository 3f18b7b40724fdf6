"""Verbs that hand whole rows in: for importers, jobs and whoever runs Doorlight. People edit by `directory.editing`."""

from core.security import Caller, Role
from directory.errors import NotAllowed


def system_only(caller: Caller) -> None:
    """Raises NotAllowed for anybody else."""
    if Role.system not in caller.roles:
        raise NotAllowed("Only Doorlight itself does that.", act="import")
