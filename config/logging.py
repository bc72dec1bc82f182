"""What the log must not hold: secrets that stand in addresses."""

import logging
import re

SECRET_PATHS = re.compile(r"(/(?:einladung|abbestellen|bericht/entwurf)/)[^/\s'\"?]+|(/kalender/)[^/\s'\"?]{20,}")
"""Whoever reads the token of an invitation could accept it; that of a calendar opens somebody's deadlines;
that of a mail switches somebody's news off; that of a draft opens a report before it is public.

The pages below ``/kalender/`` have short names.
"""


class WithoutSecrets(logging.Filter):
    """Replaces tokens in the addresses of a record's message and arguments; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        if SECRET_PATHS.search(record.getMessage()):
            record.msg, record.args = SECRET_PATHS.sub(_masked, record.getMessage()), ()
        return True


def _masked(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]}…"
