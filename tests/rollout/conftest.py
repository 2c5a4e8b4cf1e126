from collections.abc import Iterator

import pytest

from lscctl.rollout import engine


@pytest.fixture(scope="module")
def long_naps() -> Iterator[None]:
    """A run looks around once a minute, as its clock goes: hours pass in few steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "NAP", 60.0)
        yield
