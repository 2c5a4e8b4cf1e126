"""RSA keys for the tests' simulators: making one takes longer than all else at the making of a cluster, so they come round."""

import os
from collections import defaultdict
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_make = rsa.generate_private_key

_Size = tuple[int, int]


class KeyRing:
    """Makes the keys of each size that nobody has made yet, and from the last of a round on hands them out once more.

    All processes of a test run share the folder; each begins its round elsewhere, so that they seldom make the same key.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: dict[_Size, count[int]] = defaultdict(lambda: count(os.getpid() * 7))
        self._met: dict[Path, rsa.RSAPrivateKey] = {}

    def key(self, public_exponent: int, key_size: int, backend: object = None) -> rsa.RSAPrivateKey:
        """In the place of `rsa.generate_private_key`."""
        number = next(self._numbers[public_exponent, key_size]) % round_of(key_size)
        file = self._folder / f"{public_exponent}-{key_size}-{number}.pem"
        if file not in self._met:
            self._met[file] = _read(file) if file.exists() else _written(file, _make(public_exponent, key_size))
        return self._met[file]


def round_of(key_size: int) -> int:
    """How many keys of a size there are.

    A simulated cluster has a dozen keys of 2048 bits and three of each greater size: it meets its own again, or those of one
    beside it, after three others at the earliest.
    """
    return 48 if key_size <= 2048 else 12


def _read(file: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(file.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _written(file: Path, key: rsa.RSAPrivateKey) -> rsa.RSAPrivateKey:
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    draft.replace(file)
    return key


def install(folder: Path) -> None:
    """Let everybody in this process have keys from the ring in the folder, for as long as the process lives."""
    pytest.MonkeyPatch().setattr(rsa, "generate_private_key", KeyRing(folder).key)
