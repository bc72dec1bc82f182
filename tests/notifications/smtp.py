"""A mail server that does to mails what a test wants: a real one, on a free port of this machine.

``Server.script`` decides the fate of each mail by its recipient and how often that was tried before. What the server
took stands in ``Server.taken``, also where the sender was never told so.
"""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a mail: ``answer`` to its recipient or, ``at_data``, to its content.

    ``None`` closes the connection instead of an answer, ``hangs`` gives none for ever. ``takes``: the mail is kept, as
    if it were delivered, whatever the sender hears.
    """

    answer: str | None
    takes: bool = False
    at_data: bool = True
    delay: float = 0
    hangs: bool = False


TAKEN = Fate("250 2.0.0 OK", takes=True)
GREYLISTED = Fate("450 4.2.0 Greylisted, please try again", at_data=False)
BUSY = Fate("451 4.3.0 Please try again later")
NO_SUCH_USER = Fate("550 5.1.1 No such user", at_data=False)
REFUSED = Fate("554 5.6.0 This content is refused")
CUT_OFF = Fate(None, at_data=False)
ANSWER_LOST = Fate(None, takes=True)
HANGS = Fate(None, at_data=False, hangs=True)
HANGS_AFTER_DATA = Fate(None, takes=True, hangs=True)


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the server has taken; ``port`` is the sender's end of the connection."""

    recipient: str
    message_id: str
    content: bytes
    port: int


Script = Callable[[str, int], Fate]


def takes_everything(_recipient: str, _tries: int) -> Fate:
    return TAKEN


class _Connection(SMTP):
    """One conversation; the server knows it, to be able to end it."""

    def __init__(self, server: "Server") -> None:
        super().__init__(server, hostname="localhost", enable_SMTPUTF8=True, loop=server.loop)
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.connections.append(transport)
        super().connection_made(transport)  # type: ignore[arg-type]

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport in self._server.connections:
            self._server.connections.remove(self.transport)
        super().connection_lost(error)


class Server:
    """Starts on a free port and keeps it: stopped, it refuses connections; started again, it takes them there."""

    def __init__(self) -> None:
        self.script: Script = takes_everything
        self.taken: list[Taken] = []
        self.when_taken: Callable[[Taken], object] = lambda _mail: None
        """Called before the sender hears that the mail was taken."""
        self.tries: Counter[str] = Counter()
        self.port = 0
        self.connections: list[asyncio.BaseTransport] = []
        self.connected = 0
        self.loop = asyncio.new_event_loop()
        self._listener: asyncio.Server | None = None
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.start()

    def start(self) -> None:
        """Take connections, the first time on a free port, afterwards on the same again."""
        self._listener = self._run(self.loop.create_server(self._connection, "127.0.0.1", self.port))
        self.port = self._listener.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Refuse connections, and end those that are open."""
        self._run(self._stop())

    def close(self) -> None:
        """End for good."""
        self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    def received(self) -> list[str]:
        """Return the recipients of what was taken, in order of the alphabet, as often as it was taken."""
        return sorted(mail.recipient for mail in self.taken)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, connection: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.tries[address] += 1
        fate = self.script(address, self.tries[address])
        if not fate.at_data:
            return await self._answer(connection, fate)
        envelope.rcpt_tos.append(address)
        envelope.fate = fate  # type: ignore[attr-defined]
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, connection: SMTP, session: Session, envelope: Envelope
    ) -> str:
        fate: Fate = envelope.fate  # type: ignore[attr-defined]
        if fate.takes:
            content = bytes(envelope.content or b"")
            found = MESSAGE_ID.search(content)
            mail = Taken(envelope.rcpt_tos[0], found[1].decode() if found else "", content, session.peer[1])
            self.taken.append(mail)
            self.when_taken(mail)
        return await self._answer(connection, fate)

    async def _answer(self, connection: SMTP, fate: Fate) -> str:
        if fate.delay:
            await asyncio.sleep(fate.delay)
        if fate.answer is not None:
            return fate.answer
        if not fate.hangs:
            connection.transport.close()  # type: ignore[union-attr]
        # The end of the connection ends this.
        await asyncio.Event().wait()
        return ""

    def _connection(self) -> _Connection:
        self.connected += 1
        return _Connection(self)

    async def _stop(self) -> None:
        if self._listener:
            self._listener.close()
        for connection in list(self.connections):
            connection.close()
        await asyncio.sleep(0)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)


@pytest.fixture
def smtp_server(settings: Settings) -> Iterator[Server]:
    """A mail server to which this test's mails go; it takes everything until the test says otherwise."""
    server = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.close()
