"""What the log must not hold: secrets that stand in addresses."""

import logging
import re

SECRET_PATHS = re.compile(r"(/einladung/)[^/\s'\"?]+")
"""Whoever reads the token of an invitation could accept it."""


class WithoutSecrets(logging.Filter):
    """Replaces tokens in the addresses of a record's message and arguments; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        if SECRET_PATHS.search(record.getMessage()):
            record.msg, record.args = SECRET_PATHS.sub(r"\1…", record.getMessage()), ()
        return True
