"""Tells which phones a profile with lsc-first would leave without a proof."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lscctl.capf import AuthenticationMode, CapfSettings
from lscctl.cli.screen import Notices
from lscctl.lsc_first import lacking
from lscctl.phone import Phone
from lscctl.report.wording import count, some

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster


def warn_of_lacking(phones: Sequence[Phone], after: CapfSettings, cluster: "Cluster", notices: Notices) -> None:
    """Name the phones that are to prove themselves by an LSC and have no valid one."""
    if after.mode is not AuthenticationMode.LSC_FIRST:
        return
    if without := lacking(phones, cluster.facts()):
        notices.warn(
            f"{count(len(without), 'phone')} of {len(phones):,} {'has' if len(without) == 1 else 'have'} no valid LSC to prove "
            f"{'itself' if len(without) == 1 else 'themselves'} with in lsc-first, and may get none any more: "
            f"{some([one.name for one in without])}. Install LSCs first (bulk-install --then-lsc-first does both), or with "
            "--copy-to move only phones that have one: --lsc valid --lsc expiring"
        )
