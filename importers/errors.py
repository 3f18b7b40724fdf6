"""What can go wrong with a whole file. What is wrong with one row is in the report."""

from core.errors import Invalid


class BrokenFile(Invalid):
    """That file cannot be imported."""
