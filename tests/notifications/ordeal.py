"""The ordeal: real workers and two beats deliver an outbox while they are killed and their queue is emptied.

Each worker has a mail server of its own, all with one memory, so that the server knows whom it talks to: it may kill a
worker at the very moment between sending and recording. Afterwards ``Outcome`` says what became of each mail, and
whether the outbox knows.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import partial
from itertools import cycle
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from notifications.models import Mail, MailState
from tests.notifications import smtp
from tests.notifications.smtp import Fate, Server, Taken

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "-A", "tests.notifications.ordeal_worker"]
WORKER = ["worker", "--queues=mail", "--pool", "solo", "--loglevel", "error", "--without-gossip", "--without-mingle"]
WORKERS = 2
MOMENTS = ("once taken", "before the content", "at any time")
"""When workers are killed, in turn: chosen by the server the first two, by chance the third."""


@dataclass
class Outcome:
    """What the servers saw and what was done to the workers, beside what the outbox says."""

    mails: int = 0
    kills: int = 0
    flushes: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    """How often the servers took the mail to a recipient."""
    in_doubt: set[str] = field(default_factory=set)
    """Recipients whose worker was killed once their mail was taken, or whose answer was lost."""
    held: set[str] = field(default_factory=set)
    """Recipients whose mail may have been claimed when a worker was killed: at any time, or before the content.

    A mail is announced to the server while it is being claimed: it is for the outbox to say which came first.
    """
    lost_answers: Counter[str] = field(default_factory=Counter)
    """How often the answer about the mail to a recipient was lost."""
    changed: set[str] = field(default_factory=set)
    """Recipients whose mail was not the same each time that it was taken."""
    states: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """State of each mail in the end, and whether it says that it was possibly sent twice."""

    @property
    def lost(self) -> int:
        return sum(not self.seen[recipient] for recipient in self.states)

    @property
    def doubles(self) -> int:
        return sum(self.seen.values()) - len(self.seen)

    @property
    def doubles_by_lost_answers(self) -> int:
        """Doubles for which a lost answer is to blame; the others are for kills to answer."""
        return sum(min(self.seen[one] - 1, times) for one, times in self.lost_answers.items() if self.seen[one])

    @property
    def doubles_by_kills(self) -> int:
        return self.doubles - self.doubles_by_lost_answers

    @property
    def holds(self) -> bool:
        """Whether nothing was lost or is untrue, no double was without a cause, and each is the same as the first."""
        doubles_are_due = (
            self.doubles_by_kills <= self.kills and self.doubles_by_lost_answers <= self.lost_answers.total()
        )
        return doubles_are_due and not self.lost and not self.changed and not self.lies()

    @property
    def marked(self) -> int:
        return sum(marked for _state, marked in self.states.values())

    def lies(self) -> list[str]:
        """Return what the outbox says about a mail that is not true, or does not say though it is."""
        return [
            f"{recipient}: {state}, marked {marked}, taken {self.seen[recipient]} times"
            for recipient, (state, marked) in self.states.items()
            if state != MailState.SENT
            or (marked and not (self.seen[recipient] > 1 or recipient in self.in_doubt | self.held))
            or (not marked and (self.seen[recipient] > 1 or recipient in self.in_doubt))
        ]


class Ordeal:
    """Delivers what is due in this database, come what may; ``go`` returns when all of it is done with."""

    def __init__(
        self,
        folder: Path,
        *,
        kills: int,
        flushes: int,
        faults: Callable[[str, int], Fate],
        claim: int,
        done: Callable[[str], object] = lambda _recipient: None,
    ) -> None:
        """``done`` is called once for each recipient of whose mail nobody knows whether it arrived."""
        self._done, self._told_of = done, set[str]()
        self._folder, self._faults, self._claim = folder, faults, claim
        self._log = folder / "log"
        self._memory: list[Taken] = []
        self._tries: Counter[str] = Counter()
        self._fates: dict[str, Fate] = {}
        self._guard = threading.Lock()
        self._servers = [self._server(number) for number in range(WORKERS)]
        self._workers: list[subprocess.Popen[bytes]] = []
        self._awake = [False] * WORKERS
        self._mails = list(Mail.objects.filter(state=MailState.DUE).values_list("pk", flat=True))
        self.outcome = Outcome(mails=len(self._mails))
        self._moments = cycle(MOMENTS)
        self._moment = next(self._moments)
        self._kills_at = self._spread(kills)
        self._flushes_at = self._spread(flushes)

    def go(self, *, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> Outcome:
        """Return when no mail waits any more; calls ``meanwhile`` again and again.

        Raises ``TimeoutError`` with the end of the workers' log after so many seconds.
        """
        beats = [self._start("beat", "-s", str(self._folder / f"beat-{number}")) for number in range(2)]
        self._workers = [self._start_worker(number) for number in range(WORKERS)]
        until = time.monotonic() + seconds
        try:
            while Mail.objects.filter(state__in=[MailState.DUE, MailState.CLAIMED]).exists():
                if time.monotonic() > until:
                    raise TimeoutError(self._log.read_text(encoding="utf-8")[-5000:])
                self._disturb()
                meanwhile()
                time.sleep(0.05)
        finally:
            for process in (*beats, *self._workers):
                process.kill()
                process.wait()
            for server in self._servers:
                server.close()
        return self._told()

    # --- What goes wrong ----------------------------------------------------------------------------------------------

    def _disturb(self) -> None:
        if self._flushes_at and len(self._memory) >= self._flushes_at[0]:
            self._flushes_at.pop(0)
            self._flush()
        with self._guard:
            awake = [number for number in range(WORKERS) if self._awake[number]]
            if awake and self._comes("at any time"):
                self._kill(random.choice(awake))  # noqa: S311
            in_doubt = self.outcome.in_doubt - self._told_of
        for recipient in in_doubt:
            self._told_of.add(recipient)
            self._done(recipient)
        for number, worker in enumerate(self._workers):
            if worker.poll() is not None:
                self._workers[number] = self._start_worker(number)

    def _flush(self) -> None:
        if settings.REDIS_URL:
            redis.Redis.from_url(f"{settings.REDIS_URL.rpartition('/')[0]}/15").flushdb()
        else:
            for message in (self._folder / "messages").iterdir():
                message.unlink(missing_ok=True)
        self.outcome.flushes += 1

    def _comes(self, moment: str) -> bool:
        """Return whether it is time to kill a worker at ``moment``; the answer is yes once for each kill."""
        if moment != self._moment or not self._kills_at or len(self._memory) < self._kills_at[0]:
            return False
        self._kills_at.pop(0)
        self._moment = next(self._moments)
        return True

    def _kill(self, number: int) -> None:
        self._awake[number] = False
        self.outcome.kills += 1
        worker = self._workers[number]
        worker.send_signal(signal.SIGKILL)
        if threading.current_thread() is threading.main_thread():
            worker.wait()
            self.outcome.held |= set(Mail.objects.filter(state=MailState.CLAIMED).values_list("recipient", flat=True))

    # --- What the servers do ------------------------------------------------------------------------------------------

    def _server(self, number: int) -> Server:
        server = Server()
        server.taken, server.tries = self._memory, self._tries
        server.script = partial(self._fate, number)
        server.when_taken = partial(self._once_taken, number)
        return server

    def _fate(self, number: int, recipient: str, tries: int) -> Fate:
        with self._guard:
            if self._comes("before the content"):
                self.outcome.held.add(recipient)
                self._kill(number)
                return smtp.TAKEN
            self._fates[recipient] = self._faults(recipient, tries)
            return self._fates[recipient]

    def _once_taken(self, number: int, mail: Taken) -> None:
        with self._guard:
            self._awake[number] = True
            if self._fates.pop(mail.recipient, None) is smtp.ANSWER_LOST:
                self.outcome.in_doubt.add(mail.recipient)
                self.outcome.lost_answers[mail.recipient] += 1
            if self._comes("once taken"):
                self.outcome.in_doubt.add(mail.recipient)
                self._kill(number)

    # --- Workers ------------------------------------------------------------------------------------------------------

    def _start_worker(self, number: int) -> subprocess.Popen[bytes]:
        return self._start(*WORKER, "-n", f"worker-{number}@localhost", port=self._servers[number].port)

    def _start(self, *arguments: str, port: int = 0) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.notifications.ordeal_settings",
            "TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "TEST_FOLDER": str(self._folder),
            "TEST_QUEUE": "ordeal",
            "TEST_SMTP_PORT": str(port),
            "TEST_CLAIM_SECONDS": str(self._claim),
        }
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [*CELERY, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _spread(self, number: int) -> list[int]:
        """Return after how many mails something happens: ``number`` times, the last well before the end."""
        return [1 + self.outcome.mails * 9 * one // (10 * number) for one in range(number)]

    def _told(self) -> Outcome:
        outcome = self.outcome
        outcome.seen = Counter(mail.recipient for mail in self._memory)
        words = defaultdict[str, set[str]](set)
        for mail in self._memory:
            words[mail.recipient].add(_words(mail.content))
        outcome.changed = {recipient for recipient, said in words.items() if len(said) > 1}
        rows = Mail.objects.filter(pk__in=self._mails).values_list("recipient", "state", "possibly_double")
        outcome.states = {recipient: (state, marked) for recipient, state, marked in rows}
        assert len(outcome.states) == len(rows), "The ordeal knows mails by their recipients."
        return outcome


def _words(content: bytes) -> str:
    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


class Faults:
    """What a server does now and then to a mail, by chance but the same in each run; patient from the third try on."""

    def __init__(self, *, greylisted: float, busy: float, lost: float, slow: float) -> None:
        self._odds = [(greylisted, smtp.GREYLISTED), (busy, smtp.BUSY), (lost, smtp.ANSWER_LOST)]
        self._odds.append((slow, Fate("250 2.0.0 OK", takes=True, delay=0.05)))

    def __call__(self, recipient: str, tries: int) -> Fate:
        chance = random.Random(f"{recipient} {tries}").random()  # noqa: S311
        for odds, fate in self._odds if tries <= 2 else ():
            chance -= odds
            if chance < 0:
                return fate
        return smtp.TAKEN
