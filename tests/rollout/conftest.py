import pytest

from lscctl.rollout import engine


@pytest.fixture
def long_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run looks around once a minute, as its clock goes: hours pass in few steps."""
    monkeypatch.setattr(engine, "NAP", 60.0)
