"""Opening times: what is stated -> open, closed, unknown or call first, at any moment and for each way in.

Everything here is a function of values. The caller supplies schedules, closures, holidays and the moment.
"""

from directory.rules.hours.answer import HORIZON, Status, status, status_from
from directory.rules.hours.opening import NO_HOLIDAYS, Note, Spans, Why, spans
from directory.rules.hours.schedule import Applies, Closure, Freq, OnHolidays, Schedule, State
from directory.rules.hours.wallclock import Span
from directory.rules.hours.ways import WayIn, Ways, for_ways_in, nearest, unite

__all__ = [
    "HORIZON",
    "NO_HOLIDAYS",
    "Applies",
    "Closure",
    "Freq",
    "Note",
    "OnHolidays",
    "Schedule",
    "Span",
    "Spans",
    "State",
    "Status",
    "WayIn",
    "Ways",
    "Why",
    "for_ways_in",
    "nearest",
    "spans",
    "status",
    "status_from",
    "unite",
]
