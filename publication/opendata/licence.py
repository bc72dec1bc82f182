"""Under which licence the data may be used, and how its source is named."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its short name, its name, where it can be read, and its name in DCAT-AP.de's list."""

    id: str
    name: str
    url: str
    uri: str


def licence() -> Licence:
    """Return the licence of everything that this service publishes."""
    return Licence(settings.LICENCE_ID, settings.LICENCE_NAME, settings.LICENCE_URL, settings.LICENCE_DCAT_URI)


def attribution() -> str:
    """Return how whoever uses the data names its source."""
    return str(settings.LICENCE_ATTRIBUTION)


def statement() -> str:
    """Return source and licence in one line, for places that hold one line only."""
    return f"{attribution()}, {settings.LICENCE_ID} ({settings.LICENCE_URL})"
