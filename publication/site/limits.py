"""How often something may come from one connection, counted without keeping any address.

An address becomes a number by a key that is made anew each day and lives in the cache alone: whoever reads the cache
learns no address, and yesterday's numbers mean nothing today. Without a cache nothing is counted.
"""

import datetime
import hashlib
import hmac
import ipaddress
import secrets

from django.core.cache import cache
from django.utils import timezone

DAY_SECONDS = 24 * 60 * 60
IPV6_NETWORK = 64
"""A household or a phone has a whole network of such addresses."""


def too_often(purpose: str, address: str, *, limit: int, seconds: int, now: datetime.datetime) -> bool:
    """Count one more of ``purpose`` from ``address``; return whether there are more than ``limit`` within ``seconds``.

    The time runs from the first one on. An empty address counts as one of its own.
    """
    key = f"limit:{purpose}:{_number(address, timezone.localdate(now))}"
    if cache.add(key, 1, seconds):
        return False
    try:
        return int(cache.incr(key)) > limit
    except ValueError:
        # It has just run out.
        return False


def _number(address: str, day: datetime.date) -> str:
    name = f"limit-key:{day}"
    made = secrets.token_hex(32)
    key: str = made if cache.add(name, made, DAY_SECONDS) else cache.get(name, made)
    return hmac.new(key.encode(), _network(address).encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(found), IPV6_NETWORK), strict=False))
    return str(found)
