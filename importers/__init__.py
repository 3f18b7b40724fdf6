"""Importers: a file of somebody else's directory, into ours. The front door.

One file a format beside this one; `run` tells them apart by what is in the file.
"""

from importers.batches import run
from importers.errors import BrokenFile
from importers.report import Finding, Outcome, Report, Row
from importers.zip_places import postal_places

__all__ = ["BrokenFile", "Finding", "Outcome", "Report", "Row", "postal_places", "run"]
