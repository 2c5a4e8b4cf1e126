"""`--fix`: safe remedies, each asked for singly, each in the journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.confirming import agrees
from lscctl.cli.screen import Notices
from lscctl.errors import JournalError, LscctlError

if TYPE_CHECKING:
    from lscctl.cli.keeping import Keeper
    from lscctl.preflight.mending import SafeRemedy


@dataclass(frozen=True, slots=True)
class Mending:
    """Whether lscctl may put things right itself."""

    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Offer the safe remedies, one by one: activate or start CAPF, give a custom profile the settings asked for.",
            rich_help_panel="Preflight",
            show_default=False,
        ),
    ] = False


@dataclass(frozen=True, slots=True)
class Mender:
    """Offers remedies and carries out those that are agreed to; with `yes` nobody is asked, and each is told."""

    keeper: "Keeper"
    notices: Notices
    yes: bool

    def mend(self, remedies: "Iterable[SafeRemedy]") -> bool:
        """Whether any was carried out. One that fails is told: what it was to mend is looked at again anyway."""
        mended = False
        for remedy in remedies:
            if not self._agreed(remedy):
                self.notices.say(f"not done: {remedy.what}")
                continue
            try:
                with self.keeper.remedy(remedy.what):
                    remedy.do()
            except JournalError:
                raise
            except LscctlError as error:
                self.notices.warn(f"could not {remedy.what}: {error.message}")
            else:
                self.notices.say(f"done: {remedy.what}")
            mended = True
        return mended

    def _agreed(self, remedy: "SafeRemedy") -> bool:
        self.notices.say(f"remedy: {remedy.what}. {remedy.consequence}")
        return self.yes or agrees("Do it?", so_far="`lscctl runs list` tells what was done before")
