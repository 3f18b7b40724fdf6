"""The service as it is, in a hurry: what shows after half a minute shows after a second or two.

`python -m tests.faults.programs.quick serve`, or `work` or `clock`. Only waits are shorter, nothing is left out.
"""

from datetime import timedelta
from functools import partialmethod

from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from api import jobs as wiring
from api.cli import main
from core import jobs
from core.letters.rules import tries
from core.letters.service import sending

LEASE = timedelta(seconds=2)
HEARTBEAT_S, DEAD_S, RESCUE_S = 0.3, 2.0, 0.5
TICK = timedelta(seconds=1)
QUICK = ("send_letters", "seal_audit")


def hasten() -> None:
    """Make every wait of this process short."""
    jobs._RESCUE_S = RESCUE_S
    stalled = partialmethod(JobManager.get_stalled_jobs, seconds_since_heartbeat=DEAD_S)
    JobManager.get_stalled_jobs = stalled  # type: ignore[method-assign,assignment]
    waiting = partialmethod(Worker.__init__, update_heartbeat_interval=HEARTBEAT_S, stalled_worker_timeout=DEAD_S)
    Worker.__init__ = waiting  # type: ignore[method-assign,assignment]
    for module in (sending, tries):
        vars(module)["LEASE"] = LEASE
    wiring.EVERY.update(dict.fromkeys(QUICK, TICK))


if __name__ == "__main__":
    hasten()
    main()
