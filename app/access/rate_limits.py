"""How often somebody may ask: counted by key, or by address where there is no valid key.

Each process counts for itself, in windows that begin with the first request. All of it happens on
the event loop, one request at a time: no lock.
"""

from __future__ import annotations

import ipaddress
import math
import time
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from app.api.problems import Problem

MOST_COUNTERS = 20_000  # counters of one rate: some 5 MB


class Counters(Storage):
    """Counters in memory, the oldest of which go when there are too many.

    limits' own MemoryStorage has no bound, and starts a thread for each request.
    """

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST_COUNTERS) -> None:
        super().__init__()
        self.most = most
        self._counts: dict[str, tuple[int, float]] = {}  # in the order in which they began

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong in the storage: nothing but a mistake of ours."""
        return LookupError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a counter, which begins anew `expiry` seconds after it began."""
        now = time.time()
        count, end = self._counts.get(key, (0, 0.0))
        if end <= now:
            # the dictionary is in order of windows, so that the first is the oldest
            self._counts.pop(key, None)
            count, end = 0, now + expiry
            if len(self._counts) >= self.most:
                del self._counts[next(iter(self._counts))]
        self._counts[key] = (count + amount, end)
        return count + amount

    def get(self, key: str) -> int:
        """What a counter stands at."""
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When a counter begins anew, in seconds since 1970."""
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget every counter; gives how many there were."""
        count = len(self._counts)
        self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one counter."""
        self._counts.pop(key, None)


class RateLimit:
    """How often each may do one thing, as `5/second; 100/minute`; empty: as often as they like."""

    def __init__(self, what: str, written: str) -> None:
        self.what = what
        self._items: list[RateLimitItem] = parse_many(written) if written else []
        self.counters = Counters()
        self._limiter = FixedWindowRateLimiter(self.counters)

    def spend(self, who: str) -> None:
        """Count one; raises Problem 429 when that is one too many."""
        for item in self._items:
            if not self._limiter.hit(item, who):
                raise self._exceeded(item, who)

    def check(self, who: str) -> None:
        """Raise Problem 429 when not one more is possible; count nothing."""
        for item in self._items:
            if not self._limiter.test(item, who):
                raise self._exceeded(item, who)

    def _exceeded(self, item: RateLimitItem, who: str) -> Problem:
        wait = max(1, math.ceil(self._limiter.get_window_stats(item, who).reset_time - time.time()))
        detail = f"{item} {self.what} are possible here: go on in {wait} seconds (Retry-After)."
        return Problem(429, "too-many-requests", detail, headers={"Retry-After": str(wait)})


class RateLimits:
    """What is counted: reads, writes, and keys that were refused."""

    def __init__(self, *, reads: str, writes: str, refusals: str) -> None:
        self.reads = RateLimit("requests", reads)
        self.writes = RateLimit("writes", writes)
        self.refusals = RateLimit("refused keys", refusals)


@lru_cache(maxsize=1024)
def client_network(host: str) -> str:
    """Whom an address stands for: of IPv6 its /64, which one household has to itself."""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))
