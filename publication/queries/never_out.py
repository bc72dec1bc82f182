"""Which versions of a report never came out: what readers miss if the first public one is called version 2."""

from collections.abc import Collection

from django.utils.text import get_text_list
from django.utils.translation import pgettext


class NeverOut(tuple[int, ...]):
    """The numbers of the versions before one that were drafts and nothing else; empty if all of them came out.

    Each build takes the next number, so what is missing among the published ones was never published.
    """

    __slots__ = ()

    @classmethod
    def before(cls, number: int, published: Collection[int]) -> "NeverOut":
        return cls(one for one in range(1, number) if one not in published)

    @property
    def words(self) -> str:
        """The numbers, to be read in a sentence."""
        return get_text_list([str(one) for one in self], pgettext("list", "and"))
