"""Keep a few processes running as one: what dies is started again, and nothing is left when the supervisor ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

QUICK = 10.0
"""A child that lives for fewer seconds than this has failed, rather than been killed: the next start waits."""
LONGEST_WAIT = 5.0
GRACE = 8.0


@dataclass
class Child:
    """One tool with its arguments, in a process group of its own."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    restart_at: float | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "config.demo.child", str(os.getpid()), *self.command]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started = time.monotonic()
        self.restart_at = None

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def terminate(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def sweep(self) -> None:
        """Kill what is left of the child's process group, such as the web server's own workers."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Runs the children until SIGINT, SIGTERM or SIGHUP arrives."""

    def __init__(self, commands: dict[str, list[str]], say: Callable[[str, int | None], None]) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]
        self.say = say
        self.stopping = False

    def run(self, on_start: Callable[["Supervisor"], None]) -> None:
        """Start the first child, call ``on_start``, start the others, and keep all running until asked to stop.

        When it returns, no process of any child is left.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            # The first is what people wait for: the others start when it answers.
            first, *others = self.children
            first.start()
            on_start(self)
            for child in others:
                if not self.stopping:
                    child.start()
            while not self.stopping:
                for child in self.children:
                    self._keep(child)
                time.sleep(0.2)
        finally:
            self._end()

    def waits_in_vain(self) -> bool:
        """Whether there is no point in waiting for the first child: it has ended, or everything is to end."""
        return self.stopping or self.children[0].has_ended()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _keep(self, child: Child) -> None:
        if not child.has_ended():
            return
        now = time.monotonic()
        if child.restart_at is None:
            child.sweep()
            child.failures = child.failures + 1 if now - child.started < QUICK else 0
            child.restart_at = now + min(0.5 * child.failures, LONGEST_WAIT)
            self.say(child.name, child.process.returncode if child.process else None)
        if now >= child.restart_at:
            child.start()

    def _end(self) -> None:
        for child in self.children:
            child.terminate()
        until = time.monotonic() + GRACE
        while time.monotonic() < until and not all(child.has_ended() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.sweep()
