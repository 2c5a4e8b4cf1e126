"""The steps of a renewal: commands that can be pasted."""

import pytest

from lscctl.capf_renewal import RenewalStep


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        ("lscctl capf check; lscctl runs list", "lscctl capf check --cluster 'my hq'; lscctl runs list"),
        ("lscctl renew --old-capf", "lscctl renew --cluster 'my hq' --old-capf"),
        ("lscctl bulk-install --limit 5 --renew", "lscctl bulk-install --cluster 'my hq' --limit 5 --renew"),
        ("lscctl trust-list verify --all --ctl", "lscctl trust-list verify --cluster 'my hq' --all --ctl"),
        ("utils capf csr count", "utils capf csr count"),
    ],
)
def test_a_command_names_the_cluster_whose_step_it_is(text: str, pasted: str) -> None:
    step = RenewalStep("do it", "here", text, "nothing", f"{text} passes").on("my hq")
    assert (step.note, step.until) == (pasted, f"{pasted} passes")
