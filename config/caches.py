"""The cache of the service: Redis, and while it is away the process's own memory."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import TimeoutError as NoAnswerError
from redis.retry import Retry

logger = logging.getLogger("sachstand.cache")

Found = TypeVar("Found")


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

    def _tried(self, ask: Callable[[], Found], instead: Callable[[], Found]) -> Found:
        try:
            return ask()
        except (NoConnectionError, NoAnswerError):
            logger.warning("Redis does not answer; this process keeps its own limits meanwhile.")
            return instead()

    def add(self, *args: Any, **options: Any) -> Any:
        return self._tried(
            lambda: super(RedisOrMemory, self).add(*args, **options), lambda: self._memory.add(*args, **options)
        )

    def get(self, *args: Any, **options: Any) -> Any:
        return self._tried(
            lambda: super(RedisOrMemory, self).get(*args, **options), lambda: self._memory.get(*args, **options)
        )

    def set(self, *args: Any, **options: Any) -> Any:
        return self._tried(
            lambda: super(RedisOrMemory, self).set(*args, **options), lambda: self._memory.set(*args, **options)
        )

    def delete(self, *args: Any, **options: Any) -> Any:
        return self._tried(
            lambda: super(RedisOrMemory, self).delete(*args, **options), lambda: self._memory.delete(*args, **options)
        )

    def incr(self, *args: Any, **options: Any) -> Any:
        return self._tried(
            lambda: super(RedisOrMemory, self).incr(*args, **options), lambda: self._memory.incr(*args, **options)
        )
