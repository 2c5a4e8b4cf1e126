"""Commands that a person is told to give: as they can be pasted, whichever cluster is the default there."""

import pytest

from lscctl.capf_renewal import RenewalStep
from lscctl.pasting import for_cluster, meant


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        ("lscctl capf check; lscctl runs list", "lscctl capf check --cluster 'my hq'; lscctl runs list"),
        ("lscctl renew --old-capf", "lscctl renew --cluster 'my hq' --old-capf"),
        ("lscctl bulk-install --limit 5 --renew", "lscctl bulk-install --cluster 'my hq' --limit 5 --renew"),
        ("`lscctl trust-list verify --all --ctl`", "`lscctl trust-list verify --cluster 'my hq' --all --ctl`"),
        ("Look: lscctl inspect.", "Look: lscctl inspect --cluster 'my hq'."),
        ("utils capf csr count", "utils capf csr count"),
        ("newer than lscctl was made for", "newer than lscctl was made for"),
        ("Grant it, so that lscctl can ask.", "Grant it, so that lscctl can ask."),
        ("lscctl runs resume 12", "lscctl runs resume 12"),
        ("See lscctl config add-schema.", "See lscctl config add-schema."),
    ],
)
def test_a_command_that_asks_a_cluster_names_it(text: str, pasted: str) -> None:
    option = meant("my hq", "cucm.example.com")
    assert for_cluster(text, option) == pasted
    step = RenewalStep("do it", "here", text, "nothing", f"{text} passes").on(option)
    assert (step.note, step.until) == (pasted, f"{pasted} passes")


def test_a_cluster_that_no_configuration_names_is_called_by_its_host() -> None:
    assert for_cluster("lscctl capf verify", meant("10.1.2.3", "10.1.2.3")) == "lscctl capf verify --host 10.1.2.3"
