"""The one way in which opening a database fails."""

from core.errors import Unavailable


class CannotOpen(Unavailable):
    """The database cannot be opened."""
