"""A mail server in a process of its own, so that it does not share the sender's interpreter.

``python -m bench.relay`` prints its port, then for each line on its standard input what it took since the last, and
ends with its standard input.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.notifications.smtp import Server


@dataclass(frozen=True, slots=True)
class Count:
    """What the server took: mails, recipients, bytes, and over how many connections."""

    mails: int
    recipients: int
    size: int
    connections: int


class Relay:
    """The server's process, as the sender sees it."""

    port: int

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "bench.relay"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._process.communicate()

    def count(self) -> Count:
        """Return what was taken since the last call."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Count(**json.loads(self._process.stdout.readline()))


def main() -> None:
    server = Server()
    print(server.port, flush=True)
    for _line in sys.stdin:
        taken, server.taken = server.taken, []
        connections, server.connected = server.connected, 0
        print(
            json.dumps(
                {
                    "mails": len(taken),
                    "recipients": len({mail.recipient for mail in taken}),
                    "size": sum(len(mail.content) for mail in taken),
                    "connections": connections,
                }
            ),
            flush=True,
        )
    server.close()


if __name__ == "__main__":
    main()
