"""Settings that differ from city to city: names, provider, licence, place. Every environment shares them."""

import datetime

from django.core.exceptions import ImproperlyConfigured

from config.env import env

# --- What the service is called -------------------------------------------------------------------------------------

CITY_NAME = env.str("CITY_NAME", default="Kassel")
SERVICE_NAME = env.str("SERVICE_NAME", default=f"Integrationskonzept {CITY_NAME}")
SERVICE_CLAIM = env.str("SERVICE_CLAIM", default="Sachstand")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="integration@stadt.example")

# Whose holidays are no working days.
FEDERAL_STATE = env.str("FEDERAL_STATE", default="HE")
FEDERAL_STATES = {
    "BB": "Brandenburg",
    "BE": "Berlin",
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "HB": "Bremen",
    "HE": "Hessen",
    "HH": "Hamburg",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SH": "Schleswig-Holstein",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "TH": "Thüringen",
}
if FEDERAL_STATE not in FEDERAL_STATES:
    raise ImproperlyConfigured(f"FEDERAL_STATE is one of {', '.join(FEDERAL_STATES)}, not {FEDERAL_STATE!r}.")

# --- Who offers the service: imprint, privacy, accessibility statement ----------------------------------------------

# The pages say what is given here and leave out what is not. A city with texts of its own puts its templates into
# CITY_TEMPLATES (see docs/betrieb.md).
PROVIDER_NAME = env.str("PROVIDER_NAME", default=f"Stadt {CITY_NAME}, Magistrat")
PROVIDER_ADDRESS = env.str("PROVIDER_ADDRESS", default="")
PROVIDER_PHONE = env.str("PROVIDER_PHONE", default="")
PROVIDER_EMAIL = env.str("PROVIDER_EMAIL", default=CONTACT_EMAIL)
PROVIDER_REPRESENTATIVE = env.str("PROVIDER_REPRESENTATIVE", default="")
PROVIDER_VAT_ID = env.str("PROVIDER_VAT_ID", default="")
DATA_PROTECTION_CONTACT = env.str("DATA_PROTECTION_CONTACT", default="")
HOSTED_BY = env.str("HOSTED_BY", default="")
# How many days the web server in front keeps its log; 0: it keeps none.
ACCESS_LOG_DAYS = env.int("ACCESS_LOG_DAYS", default=7)
# How many months after our answer what visitors wrote is deleted; published feedback stays while it is published.
VOICES_KEPT_MONTHS = env.int("VOICES_KEPT_MONTHS", default=6)
if VOICES_KEPT_MONTHS < 1:
    raise ImproperlyConfigured(f"VOICES_KEPT_MONTHS is a number of months from 1, not {VOICES_KEPT_MONTHS}.")
DATA_PROTECTION_AUTHORITY = env.str(
    "DATA_PROTECTION_AUTHORITY",
    default="Der Hessische Beauftragte für Datenschutz und Informationsfreiheit, "
    "Gustav-Stresemann-Ring 1, 65189 Wiesbaden"
    if FEDERAL_STATE == "HE"
    else "",
)
# Where people turn to if the city's answer to a barrier does not help them.
ENFORCEMENT_BODY = env.str(
    "ENFORCEMENT_BODY",
    default="Durchsetzungs- und Überwachungsstelle für barrierefreie Informationstechnik (LBIT) "
    "beim Regierungspräsidium Gießen, Landgraf-Philipp-Platz 1–7, 35390 Gießen"
    if FEDERAL_STATE == "HE"
    else "",
)
ENFORCEMENT_BODY_URL = env.str(
    "ENFORCEMENT_BODY_URL", default="https://lbit.hessen.de/" if FEDERAL_STATE == "HE" else ""
)
# When the accessibility of this version was looked at last (see docs/betrieb.md).
ACCESSIBILITY_CHECKED_ON = datetime.date.fromisoformat(env.str("ACCESSIBILITY_CHECKED_ON", default="2026-11-26"))

# --- Open data: under which licence, by whom, about which place -------------------------------------------------------

LICENCE_ID = env.str("LICENCE_ID", default="dl-de/by-2-0")
LICENCE_NAME = env.str("LICENCE_NAME", default="Datenlizenz Deutschland – Namensnennung – Version 2.0")
LICENCE_URL = env.str("LICENCE_URL", default="https://www.govdata.de/dl-de/by-2-0")
# The licence's name in DCAT-AP.de's own list.
LICENCE_DCAT_URI = env.str("LICENCE_DCAT_URI", default="http://dcat-ap.de/def/licenses/dl-by-de/2.0")
PUBLISHER_NAME = env.str("PUBLISHER_NAME", default=f"Stadt {CITY_NAME}")
LICENCE_ATTRIBUTION = env.str("LICENCE_ATTRIBUTION", default=f"{PUBLISHER_NAME}, {SERVICE_NAME}")
# The eight digits of the municipality (Amtlicher Gemeindeschlüssel); Kassel's by default.
MUNICIPALITY_KEY = env.str("MUNICIPALITY_KEY", default="06611000")
# What the portal that collects the catalogue has given the publisher as a name; empty: none yet.
DCAT_CONTRIBUTOR_ID = env.str("DCAT_CONTRIBUTOR_ID", default="")
# Of the EU's list of themes: population and society, government.
DCAT_THEMES = env.list("DCAT_THEMES", default=["SOCI", "GOVE"])
# Of the EU's list of frequencies: entries are published when they are approved.
DCAT_FREQUENCY = env.str("DCAT_FREQUENCY", default="IRREG")
