"""What contributing offices supply in the demonstration, from ``content/contributions.toml``."""

from dataclasses import dataclass
from typing import Any

NOTHING_OF_OUR_OWN = "Kein eigener Anteil in diesem Zeitraum."


@dataclass(frozen=True, slots=True)
class Said:
    """A text, or the reason of a nil return; neither: nothing has come."""

    text: str = ""
    nil: str = ""


@dataclass(frozen=True)
class Supplied:
    """The texts: ``offices`` has some for each office, ``running`` those written for one run of the running cycle."""

    offices: dict[str, list[str]]
    running: dict[str, dict[str, Any]]

    def by(self, number: str, office: str, *, turn: int, is_running: bool, is_written: bool) -> Said:
        """Return what ``office`` supplies to the recommendation ``number``.

        Of those that are not written yet, one in three has come; a seventh of the rest says that there is nothing.
        """
        own = self.running.get(number, {}).get(office) if is_running else None
        if isinstance(own, dict):
            return Said(nil=own.get("nil", ""))
        if own:
            return Said(own)
        if not is_written and turn % 3:
            return Said()
        if turn % 7 == 0:
            return Said(nil=NOTHING_OF_OUR_OWN)
        texts = self.offices[office]
        return Said(texts[turn % len(texts)])
