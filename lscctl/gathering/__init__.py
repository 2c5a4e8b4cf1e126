"""Gathers what a live cluster and its phones tell of themselves, as evidence for a diagnosis. It only reads."""

from lscctl.finding import Door
from lscctl.gathering.live import gather_live

__all__ = ["Door", "gather_live"]
