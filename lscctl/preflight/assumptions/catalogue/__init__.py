"""All assumptions, by the names under which the simulator has a knob for each [`lscctl sim assumptions`]."""

from typing import Final

from lscctl.preflight.assumptions.catalogue.axl import WHAT_GOES_OVER_AXL
from lscctl.preflight.assumptions.catalogue.database import WHAT_THE_DATABASE_SHOWS
from lscctl.preflight.assumptions.catalogue.other_doors import WHAT_GOES_OVER_OTHER_DOORS
from lscctl.preflight.assumptions.catalogue.phones import WHAT_A_PHONE_DOES
from lscctl.preflight.assumptions.catalogue.writes import WHAT_A_WRITE_DOES

ALL: Final = (
    *WHAT_A_WRITE_DOES,
    *WHAT_A_PHONE_DOES,
    *WHAT_THE_DATABASE_SHOWS,
    *WHAT_GOES_OVER_AXL,
    *WHAT_GOES_OVER_OTHER_DOORS,
)
