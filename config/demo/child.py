"""Run a tool as a child that cannot outlive the demonstration: ``python -m config.demo.child PARENT TOOL …``.

Linux ends the process when its parent dies, even by SIGKILL. Elsewhere a thread looks twice a second.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """End this process with SIGTERM as soon as the process ``parent`` is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=[parent], daemon=True).start()
    if os.getppid() != parent:  # it was gone before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    tool = sys.argv[2]
    sys.argv = [tool, *sys.argv[3:]]
    runpy.run_module(tool, run_name="__main__", alter_sys=True)
