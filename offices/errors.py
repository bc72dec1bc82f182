"""Errors that people read."""


class DomainError(Exception):
    """A rule of the house was about to be broken, and nothing was changed.

    The message is a translated sentence for the person who acted; views show it as it is.
    """


class ConflictError(DomainError):
    """Somebody else was faster; the person sees what is there now and decides anew."""
