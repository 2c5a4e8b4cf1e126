import pytest

from lscctl.cucm.routes import Routes

WAYS = Routes(
    {
        "cucm-pub": "192.0.2.1",
        "cucm-pub:6970": "127.0.0.1:16970",
        "10.0.0.0/8:443": "127.0.0.0/8:40443",
        "10.20.0.0/16": "172.20.0.0/16",
        "10.20.7.7": "192.0.2.77",
        "2001:db8::/32:443": "2001:db9::/32:8443",
    }
)


@pytest.mark.parametrize(
    ("door", "way"),
    [
        (("cucm-pub", 8443), ("192.0.2.1", 8443)),
        (("cucm-pub", 6970), ("127.0.0.1", 16970)),
        (("elsewhere", 443), ("elsewhere", 443)),
        (("10.11.2.3", 443), ("127.11.2.3", 40443)),
        (("10.11.2.3", 80), ("10.11.2.3", 80)),
        (("10.20.2.3", 443), ("172.20.2.3", 443)),
        (("10.20.2.3", 80), ("172.20.2.3", 80)),
        (("10.20.7.7", 443), ("192.0.2.77", 443)),
        (("2001:db8:11::5", 443), ("2001:db9:11::5", 8443)),
    ],
)
def test_the_nearest_way_that_is_given_counts(door: tuple[str, int], way: tuple[str, int]) -> None:
    assert WAYS.to(*door) == way


def test_of_two_ways_for_a_network_the_one_for_the_port_counts() -> None:
    both = Routes({"10.0.0.0/8": "172.0.0.0/8", "10.0.0.0/8:443": "127.0.0.0/8:40443"})
    assert both.to("10.1.1.1", 443) == ("127.1.1.1", 40443)
    assert both.to("10.1.1.1", 80) == ("172.1.1.1", 80)
