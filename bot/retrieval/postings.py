"""What a posting is: a token's 32-bit hash, and a byte of weight and flags. Pure.

Among 100,000 tokens about one pair shares a hash, which costs a stray match.
"""

from __future__ import annotations

import math
from functools import lru_cache
from zlib import crc32

# Flags of a posting: the token is in the paper's name, or is all of it; it is in title and tags.
NAME, TAGGED, WHOLE_NAME = 1, 2, 3
# Two flags and a weight share a byte: 64 weights from 1/16 on, each 12 % above the one before.
_FLAG_BITS = 2
_LEVELS, _SMALLEST, _PER_DOUBLING = 64, 1 / 16, 6

FLAGS = tuple(packed & 3 for packed in range(256))
WEIGHTS = tuple(_SMALLEST * 2 ** ((packed >> _FLAG_BITS) / _PER_DOUBLING) for packed in range(256))


def pack(token: str, weight: float, flags: int) -> int:
    """Return a posting in one number: the hash, shifted by eight bits, and the byte."""
    return hash_token(token) << 8 | pack_weight(weight, flags)


def pack_weight(weight: float, flags: int) -> int:
    """Return the byte of a posting."""
    return _level(weight) << _FLAG_BITS | flags


def hash_token(token: str) -> int:
    """Return a token's 32-bit hash."""
    return crc32(token.encode("utf-8", "surrogatepass"))


# A paper's tokens have few different weights.
@lru_cache(maxsize=256)
def _level(weight: float) -> int:
    level = round(_PER_DOUBLING * math.log2(max(weight, _SMALLEST) / _SMALLEST))
    return min(level, _LEVELS - 1)
