"""Cursors: where a page ended, sealed so that people do not build on what is inside."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from app.core.problems import refused

HOW = "not a cursor of this list: take `next` from a page as it is, with the same sort"


def encode(sort: str, key: Any, row: int) -> str:
    """The place after a row, in one order."""
    packed = base64.urlsafe_b64encode(orjson.dumps([sort, key, row]))
    return packed.rstrip(b"=").decode()


def decode(cursor: str, sort: str, kind: type[Any]) -> tuple[Any, int]:
    """The key and row that a page ended with; raises Problem when it is not of this order."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        order, key, row = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise refused("cursor", HOW) from error
    right = order == sort and type(key) is kind and type(row) is int and 0 < row < 2**63
    if not right or (kind is int and not -(2**63) < key < 2**63) or "\0" in str(key):
        raise refused("cursor", HOW)
    return key, row
