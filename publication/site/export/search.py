"""The index of the static search: every word of what is public, and in which recommendations it stands."""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from concept.models import Recommendation
from publication.queries.filters import years
from publication.queries.site import PublicRecommendation, Site
from workflow.published import PublishedEntry

_WORD = re.compile(r"[^\W_]+")
SHORTEST = 2


def listed(site: Site) -> list[PublicRecommendation]:
    """Return the recommendations in the order in which the page of the search lists them."""
    return [one for edition in site.editions for one in edition.current]


def index(site: Site, entries: Mapping[int, list[PublishedEntry]], plain: Mapping[int, str]) -> bytes:
    """Return the index as a script that hands it over, so that it also loads where pages are opened as files.

    ``items`` holds for each listed recommendation its edition, field, status, offices, the years reported on, and
    whether it can be read in plain language;
    ``words`` each folded word with the places in ``items`` where it occurs.
    ``entries`` are all that are published, ``plain`` their summaries in plain language by run; one query besides.
    """
    texts = {pk: (text, why) for pk, text, why in Recommendation.objects.values_list("pk", "text", "rationale")}
    items, words = [], defaultdict(list)
    for place, one in enumerate(listed(site)):
        items.append(_item(one))
        said = " ".join([*_names(one), *texts.get(one.pk, ()), *_texts(entries.get(one.pk, []), plain)])
        for word in sorted(set(folded_words(said))):
            words[word].append(place)
    known = {"items": items, "words": dict(sorted(words.items()))}
    return f"sachstandIndex({json.dumps(known, ensure_ascii=False, separators=(',', ':'))});\n".encode()


def name_of(content: bytes) -> str:
    """Return the name of the index's file; it changes with its content."""
    return f"suche/index.{hashlib.sha256(content).hexdigest()[:12]}.js"


def folded_words(text: str) -> Iterator[str]:
    """Yield the words of ``text`` as the search compares them: small, without accents, "ß" as "ss"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return (word for word in _WORD.findall(letters) if len(word) >= SHORTEST or word.isdigit())


def _item(one: PublicRecommendation) -> list[object]:
    offices = [office.pk for office in one.offices]
    return [
        one.edition.slug,
        one.goal.field.number,
        one.status,
        offices,
        sorted(int(year) for year in years(one)),
        one.is_plain,
    ]


def _names(one: PublicRecommendation) -> list[str]:
    return [one.number, one.title, str(one.goal), str(one.goal.field), *(office.label for office in one.offices)]


def _texts(entries: list[PublishedEntry], plain: Mapping[int, str]) -> Iterator[str]:
    for one in entries:
        yield from one.texts
        yield from (one.office_label, plain.get(one.run_id, ""))
        for measure in one.measures:
            yield from measure.texts
