"""RSA keys for the tests' simulators: making one takes longer than all else at the making of a cluster, so they come round."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

ROUND = 48
"""A simulated cluster has a dozen keys: it meets its own again, or those of one beside it, after three others at the earliest."""

_Size = tuple[int, int]


class KeyRing:
    """Makes new keys of each size, and from the last of a round on hands them out once more, the oldest first."""

    def __init__(self) -> None:
        self._make = rsa.generate_private_key
        self._made: dict[_Size, list[rsa.RSAPrivateKey]] = defaultdict(list)
        self._again: dict[_Size, Iterator[rsa.RSAPrivateKey]] = {}

    def key(self, public_exponent: int, key_size: int, backend: object = None) -> rsa.RSAPrivateKey:
        """In the place of `rsa.generate_private_key`."""
        size = public_exponent, key_size
        if size in self._again:
            return next(self._again[size])
        made = self._made[size]
        made.append(self._make(public_exponent, key_size))
        if len(made) >= ROUND:
            self._again[size] = cycle(made)
        return made[-1]


def install(patch: pytest.MonkeyPatch) -> None:
    """Let everybody in this process have keys from one ring."""
    patch.setattr(rsa, "generate_private_key", KeyRing().key)
