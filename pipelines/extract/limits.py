"""What the processes that open workbooks give up before they do."""

import ctypes
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
IS_LINUX = sys.platform == "linux"


def leave_network() -> None:
    """Move to a network without any interface, where the system lets us."""
    if IS_LINUX:
        system = ctypes.CDLL(None)
        # A name space of users is how somebody who is not root gets one of networks.
        if system.unshare(CLONE_NEWNET) != 0:
            system.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def end_with_parent() -> None:
    """Die when the process that forked us dies; else the CPU limit ends us."""
    if IS_LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def give_up(limits: Mapping[str, Any]) -> None:
    """Limit memory, time, open files; no written files, no further processes, no core dump."""
    seconds, files = limits["cpu_seconds"], limits["open_files"]
    if sys.platform != "darwin":  # where the kernel refuses this limit
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)
    # The first limit tells us why; the second ends who ignores the first.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
