"""The languages of summaries: what they are called, which way they are written, and what readers are told in them.

A summary's readers may know no German, so what is said about it is said in its own language. These sentences belong to
the text, not to the interface: they stand here, not in a catalogue.
"""

from dataclasses import dataclass

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

PLAIN = "de-simple"


@dataclass(frozen=True, slots=True)
class SummaryLanguage:
    """``code`` is a tag that stands in ``lang``; ``name`` is the language's own word for itself.

    ``outdated``, ``about_years`` and ``about_year`` are sentences in the language ``said_in``: its own, or English
    where we have none.
    """

    code: str
    name: str
    direction: str
    outdated: str
    about_years: str
    about_year: str
    said_in: str

    @property
    def is_plain(self) -> bool:
        return self.code == PLAIN

    @property
    def label(self) -> str:
        """The name by which coordinators know it."""
        if self.is_plain:
            return _("Plain language")
        known = LANG_INFO.get(self.code)
        return _(known["name"]) if known and "name" in known else self.name

    def about(self, period: str) -> str:
        """Say which period a summary is about: one year (``2022``) or several (``2023–2024``)."""
        return (self.about_year if period.isdecimal() else self.about_years).format(period=period)

    def __str__(self) -> str:
        return self.label


OUTDATED = {
    PLAIN: "Achtung: Der Text vom Amt hat sich geändert. Dieser hier ist älter. Manches stimmt vielleicht nicht mehr.",
    "en": "Please note: the report has changed since. This summary may no longer be right in every point.",
    "ar": "تنبيه: لقد تغيّر التقرير بعد كتابة هذا الملخص. قد لا تكون بعض المعلومات صحيحة الآن.",
    "fa": "توجه: گزارش پس از نوشتن این خلاصه تغییر کرده است. شاید بعضی مطالب دیگر درست نباشد.",
    "tr": "Dikkat: Rapor sonradan değişti. Bu özetteki bazı bilgiler artık doğru olmayabilir.",
    "uk": "Увага: звіт відтоді змінився. Деякі відомості в цьому стислому викладі можуть бути вже неточними.",
    "ru": "Внимание: отчёт с тех пор изменился. Некоторые сведения в этом кратком изложении могут быть уже неточными.",
}
"""What readers of an outdated summary are told, in its language."""

ABOUT_YEARS = {
    PLAIN: "Das gilt für die Jahre {period}.",
    "en": "This is about the years {period}.",
    "ar": "هذا الملخص عن الفترة {period}.",
    "fa": "این خلاصه دربارهٔ سال‌های {period} است.",
    "tr": "Bu özet {period} yılları içindir.",
    "uk": "Це стосується {period} років.",
    "ru": "Это относится к {period} годам.",
}
"""Which years a summary is about, in its language."""

ABOUT_YEAR = {
    PLAIN: "Das gilt für das Jahr {period}.",
    "en": "This is about the year {period}.",
    "ar": "هذا الملخص عن سنة {period}.",
    "fa": "این خلاصه دربارهٔ سال {period} است.",
    "tr": "Bu özet {period} yılı içindir.",
    "uk": "Це стосується {period} року.",
    "ru": "Это относится к {period} году.",
}
"""The same, where the period is one year."""

OWN_NAMES = {PLAIN: "Einfache Sprache", "ku": "Kurdî", "ps": "پښتو", "ti": "ትግርኛ", "so": "Soomaali"}
"""Where Django does not know it."""


def summary_languages() -> list[SummaryLanguage]:
    """Return the languages of ``settings.SUMMARY_LANGUAGES``, in their order."""
    return [language(code) for code in settings.SUMMARY_LANGUAGES]


def language(code: str) -> SummaryLanguage:
    """Return the language of ``code``; one without sentences of its own is told about in English."""
    known = LANG_INFO.get(code, {})
    own = OWN_NAMES.get(code) or str(known.get("name_local") or code)
    return SummaryLanguage(
        code=code,
        name=own[:1].upper() + own[1:],
        direction="rtl" if code.partition("-")[0] in settings.RIGHT_TO_LEFT else "ltr",
        outdated=OUTDATED.get(code, OUTDATED["en"]),
        about_years=ABOUT_YEARS.get(code, ABOUT_YEARS["en"]),
        about_year=ABOUT_YEAR.get(code, ABOUT_YEAR["en"]),
        said_in=code if code in OUTDATED else "en",
    )
