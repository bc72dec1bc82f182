"""The cache of the service: Redis, and while it is away the process's own memory."""

import logging
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import TimeoutError as NoAnswerError
from redis.retry import Retry

logger = logging.getLogger("sachstand.cache")


def _or_memory(name: str) -> Any:
    """Return a method of the cache that asks Redis, and this process's memory while Redis does not answer."""

    def ask(self: "RedisOrMemory", *args: Any, **options: Any) -> Any:
        try:
            return getattr(super(RedisOrMemory, self), name)(*args, **options)
        except (NoConnectionError, NoAnswerError):
            logger.warning("Redis does not answer; this process keeps its own limits meanwhile.")
            return getattr(self._memory, name)(*args, **options)

    return ask


class RedisOrMemory(RedisCache):
    """Redis; while it does not answer, a memory of this process.

    Nobody is kept from signing in because Redis is away, and the limits of sign-in go on to hold, for each process by
    itself. What was kept in the meantime is forgotten once Redis is back.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        # To ask a server again that is away would keep people waiting for seconds.
        options = {**params.get("OPTIONS", {}), "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": options})
        self._memory = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {}})

    add = _or_memory("add")
    get = _or_memory("get")
    set = _or_memory("set")
    touch = _or_memory("touch")
    delete = _or_memory("delete")
    has_key = _or_memory("has_key")
    incr = _or_memory("incr")
    get_many = _or_memory("get_many")
    set_many = _or_memory("set_many")
    delete_many = _or_memory("delete_many")
    clear = _or_memory("clear")
