"""`--confirm-waves`: a person says yes before each wave, and a signal is heard while nobody answers."""

import select
import sys

from lscctl.report.wording import count
from lscctl.rollout.options import Confirm
from lscctl.rollout.stop import Stop

_NAP = 0.5


def ask_for_wave(stop: Stop) -> Confirm:
    """The question, asked on stderr and answered on standard input; no answer at all means no."""

    def ask(wave: str, phones: int) -> bool:
        sys.stderr.write(f"\nGo on with {wave} ({count(phones, 'phone')})? [y/N]: ")
        sys.stderr.flush()
        while stop.why is None:
            ready, _, _ = select.select([sys.stdin], [], [], _NAP)
            if ready:
                return sys.stdin.readline().strip().lower() in ("y", "yes")
        return False

    return ask
