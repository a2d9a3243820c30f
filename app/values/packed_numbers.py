"""Numbers of rows packed into bytes, four for each, so that many are read and counted at once."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

FOUR_BYTES = "I"


def pack_numbers(numbers: Iterable[int]) -> bytes:
    """The numbers in their order, least byte first; raises OverflowError for one beyond 2**32."""
    packed = array(FOUR_BYTES, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack_numbers(packed: bytes) -> array[int]:
    """The numbers that were packed; several packages may be joined before."""
    numbers = array(FOUR_BYTES)
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
