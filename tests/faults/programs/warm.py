"""A process that has loaded everything and does nothing but fork: each child becomes a process of the service.

To load the service takes seconds, and a cell that kills processes has no seconds to wait. A child is told its program,
its verb, its environment and where it writes to, and reads the environment anew; all else is as in a start of its own.
"""

import ctypes
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import traceback

from api.cli import background, server
from core import failpoints
from core.cluster.processes import PR_SET_PDEATHSIG
from core.settings import settings

LOADED = (background, server)
LARGEST = 200_000


def become(asked: dict[str, str | dict[str, str]]) -> None:
    """What this process is from here on; never returns."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said = os.open(str(asked["said"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(said, stream)
    environment = asked["environment"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(failpoints)
    settings.cache_clear()
    sys.argv = ["doorlight", str(asked["verb"])]
    code = 1
    try:
        runpy.run_module(f"tests.faults.programs.{asked['program']}", run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - it is said, and the process ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(path: str) -> None:
    """Fork as often as somebody asks on the socket; ends with them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for children: they are gone when they end
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(path)
        listening.listen()
        asking, _ = listening.accept()
    with asking:
        while said := asking.recv(LARGEST):
            pid = os.fork()
            if pid == 0:
                asking.close()
                become(json.loads(said))
            asking.send(str(pid).encode())


if __name__ == "__main__":
    main(sys.argv[1])
