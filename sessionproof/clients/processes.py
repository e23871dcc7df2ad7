"""Processes of this machine, ended from outside."""

from __future__ import annotations

import os
import select
import signal

from sessionproof.errors import FaultUnproven


def kill(pid: int, *, within: float) -> None:
    """
    Kill the process and see it end.

    :param within: seconds it may take to be gone.
    :raises FaultUnproven: if there is no such process, or it does not end.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError as error:
        raise FaultUnproven(f"process {pid} was to be killed and is not there") from error
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        if not poll.poll(within * 1000):
            raise FaultUnproven(f"process {pid} was killed and has not ended within {within:g} s")
    except ProcessLookupError as error:
        raise FaultUnproven(f"process {pid} ended before it could be killed") from error
    finally:
        os.close(handle)
