"""A worker that goes on as long as its process does, and never only half of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

_log = structlog.get_logger()
_AT_ONCE = 3
_BEATS_S, _DEAD_S, _RESCUE_S = 10.0, 30.0, 30.0
_LOOKS_S, _AGAIN_S = 5.0, 1.0


class _Watched(Worker):
    """One that ends as soon as anything of it does, so that it can begin anew as a whole.

    The library watches what goes on beside the work until the first of it ends, and where there are no periodic tasks
    what looks after them ends at once: a worker could lose its heartbeat, work on, and be taken for dead. And a job
    whose end cannot be written down would be in the hands of a living worker for ever.
    """

    async def _periodic_deferrer(self) -> None:
        await asyncio.Event().wait()

    async def _process_job(self, context: JobContext) -> None:
        try:
            await super()._process_job(context)
        except ConnectorException:
            _log.warning("a job's end could not be written down", job=context.job.task_name, id=context.job.id)
            self.stop()  # type: ignore[no-untyped-call]


async def work(app: procrastinate.App) -> None:
    """Do what the queue holds. Ends only by cancellation: when the database was away, it begins anew."""
    while True:
        with suppress(ConnectorException):
            async with app.open_async(), rescuing(app):
                worker = _Watched(
                    app=app, concurrency=_AT_ONCE, delete_jobs="successful", install_signal_handlers=False,
                    update_heartbeat_interval=_BEATS_S, stalled_worker_timeout=_DEAD_S,
                    fetch_job_polling_interval=_LOOKS_S,
                )  # fmt: skip
                await worker.run()  # type: ignore[no-untyped-call]
        _log.warning("the queue's database was lost")
        await asyncio.sleep(_AGAIN_S)


@asynccontextmanager
async def rescuing(app: procrastinate.App) -> AsyncIterator[None]:
    """Retry stalled jobs at once, and as long as this goes on: a death shows only when its heartbeat is overdue."""
    ends = asyncio.Event()

    async def rescue() -> None:
        while not ends.is_set():
            with suppress(ConnectorException):  # the worker beside us says it when the database is lost
                await retry_stalled(app)
            with suppress(TimeoutError):
                await asyncio.wait_for(ends.wait(), _RESCUE_S)

    task = asyncio.create_task(rescue())
    try:
        yield
    finally:
        ends.set()
        task.cancel()  # which the pool may take for a time-out of its own, and swallow
        with suppress(asyncio.CancelledError):
            await task


async def retry_stalled(app: procrastinate.App) -> int:
    """Give back to the queue what workers were doing that no longer live; how many jobs. Harmless to repeat."""
    retried = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_DEAD_S):
        with suppress(ConnectorException):  # another worker was faster
            await app.job_manager.retry_job(job)
            _log.warning("stalled", job=job.task_name, id=job.id)
            retried += 1
    return retried
