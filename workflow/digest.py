"""One way to turn facts into a hash, used by the history and its seals."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 (64 hex digits) of ``facts``, independent of their order; values must be JSON's own."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
