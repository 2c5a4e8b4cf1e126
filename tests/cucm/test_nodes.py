"""The nodes of a cluster out of its database."""

from collections.abc import Mapping, Sequence

import pytest

from lscctl.cucm.faults import AxlFault, BadAnswer
from lscctl.cucm.nodes import CAPF, TFTP, read_nodes
from lscctl.cucm.sql import Sql
from tests.cucm.bench import own_bench


def test_a_node_that_serves_no_phones_is_told_apart_and_the_publisher_is_the_first() -> None:
    with own_bench("15.0", phones=0) as bench:
        bench.change("delete from callmanagergroupmember where priority = 2")
        publisher, one, two = bench.cluster.nodes.all()
    assert (publisher.name, publisher.publisher, publisher.has(CAPF)) == ("cucm-pub.example.com", True, True)
    assert (one.has(TFTP), one.has(CAPF)) == (True, False)
    assert [node.serves_phones for node in (publisher, one, two)] == [True, True, False]


def test_where_the_groups_cannot_be_read_any_node_may_be_asked() -> None:
    def query(statement: Sql) -> Sequence[Mapping[str, str]]:
        if "callmanagergroupmember" in str(statement):
            raise AxlFault(272, "No SELECT permission.", "executeSQLQuery")
        return [{"name": "cucm", "tknodeusage": "0", "service": "", "isactive": ""}]

    (node,) = read_nodes(query)
    assert node.serves_phones


def test_a_database_without_nodes_is_no_cluster_s() -> None:
    with pytest.raises(BadAnswer, match="names no node"):
        read_nodes(lambda _: [])
