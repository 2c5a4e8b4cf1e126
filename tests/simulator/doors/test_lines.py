"""Lines of a phone, as updatePhone changes them and everybody sees them."""

from tests.simulator.doors.client import Client


def lines(axl: Client, name: str) -> list[tuple[str, ...]]:
    """Index, pattern, partition and label of each line as getPhone tells them."""
    answer = axl.call("getPhone", f"<name>{name}</name>")
    return [
        tuple(line.findtext(path) or "" for path in ("index", "dirn/pattern", "dirn/routePartitionName", "label"))
        for line in answer.iterfind("return/phone/lines/line")
    ]


def line(
    index: int, pattern: str, *, partition: str = "<routePartitionName/>", before: str = "", after: str = ""
) -> str:
    return f"<line><index>{index}</index>{before}<dirn><pattern>{pattern}</pattern>{partition}</dirn>{after}</line>"


def update(name: str, inner: str) -> str:
    return f"<name>{name}</name>{inner}"


def a_phone(axl: Client, skip: int) -> str:
    statement = f"select skip {skip} first 1 name from device where tkmodel = 36224 order by name"
    return axl.sql(statement)[0]["name"]


def test_added_lines_stand_beside_the_old_ones_and_sql_sees_them(axl: Client) -> None:
    name = a_phone(axl, 0)
    old = lines(axl, name)
    assert len(old) == 1
    internal = "<routePartitionName>PT_Internal</routePartitionName>"
    added = line(2, "4711", partition=internal, before="<label>Süd</label>", after="<maxNumCalls>4</maxNumCalls>")
    axl.call("updatePhone", update(name, f"<addLines>{added}{line(3, '4712')}</addLines>"))
    assert lines(axl, name) == [*old, ("2", "4711", "PT_Internal", "Süd"), ("3", "4712", "", "")]
    rows = axl.sql(
        "select n.dnorpattern dn, rp.name partition, m.label from device d join devicenumplanmap m on m.fkdevice = d.pkid"
        " join numplan n on n.pkid = m.fknumplan left join routepartition rp on rp.pkid = n.fkroutepartition"
        f" where d.name = '{name}' and m.numplanindex = 2"
    )
    assert rows == [{"dn": "4711", "partition": "PT_Internal", "label": "Süd"}]
    told = axl.call("getPhone", f"<name>{name}</name>").findall("return/phone/lines/line")[1]
    assert told.findtext("maxNumCalls") == "4"
    assert [child.tag for child in told] == ["index", "label", "display", "dirn", "maxNumCalls"]


def test_lines_are_removed_and_put_in_place_of_all(axl: Client) -> None:
    name = a_phone(axl, 1)
    axl.call("updatePhone", update(name, f"<lines>{line(1, '5001')}{line(2, '5002')}</lines>"))
    assert [shown[:2] for shown in lines(axl, name)] == [("1", "5001"), ("2", "5002")]
    both = f"<removeLines>{line(1, '5001')}</removeLines><addLines>{line(1, '5003')}</addLines>"
    axl.call("updatePhone", update(name, both))
    assert [shown[:2] for shown in lines(axl, name)] == [("1", "5003"), ("2", "5002")]
    axl.call(
        "updatePhone",
        update(
            name,
            "<lines><lineIdentifier><directoryNumber>5004</directoryNumber><routePartitionName/></lineIdentifier></lines>",
        ),
    )
    assert [shown[:2] for shown in lines(axl, name)] == [("1", "5004")]


def test_what_cannot_be_done_to_lines_is_a_fault_and_changes_nothing(axl: Client) -> None:
    name = a_phone(axl, 2)
    before = lines(axl, name)
    nowhere = "<routePartitionName>Nowhere</routePartitionName>"
    for inner, code, words in (
        (f"<addLines>{line(1, '6001')}</addLines>", "-239", "duplicate value"),
        (
            f"<addLines>{line(5, '6002', partition=nowhere)}</addLines>",
            "5003",
            "routePartitionName Nowhere was not found",
        ),
        (f"<removeLines>{line(1, '6003')}</removeLines>", "5003", "The specified Line was not found"),
        (f"<addLines>{line(0, '6004')}</addLines>", "5003", "Invalid value for index"),
    ):
        fault = axl.fault("updatePhone", update(name, f"<description>half done</description>{inner}"))
        assert fault.axlcode == code
        assert words in fault.axlmessage
    assert lines(axl, name) == before
    assert axl.phone(name, "description")["description"] != "half done"


def test_a_phone_says_its_template_and_calling_search_space_as_sql_does(axl: Client) -> None:
    name = a_phone(axl, 3)
    assert axl.phone(name, "phoneTemplateName")["phoneTemplateName"] == "Standard 8845 SIP"
    axl.call("updatePhone", update(name, "<callingSearchSpaceName>CSS_Lobby</callingSearchSpaceName>"))
    joined = axl.sql(
        "select css.name css, pt.name template from device d left join callingsearchspace css"
        " on css.pkid = d.fkcallingsearchspace inner join phonetemplate pt on pt.pkid = d.fkphonetemplate"
        f" where d.name = '{name}'"
    )
    assert joined == [{"css": "CSS_Lobby", "template": "Standard 8845 SIP"}]
    criteria = "<searchCriteria><callingSearchSpaceName>CSS_L%</callingSearchSpaceName></searchCriteria>"
    listed = axl.call("listPhone", f"{criteria}<returnedTags><name/></returnedTags>")
    assert [found.text for found in listed.iter("name")] == [name]


def test_owners_are_the_users_that_the_phone_is_associated_with(axl: Client) -> None:
    owned = axl.sql("select count(*) n from device where fkenduser is not null")
    mapped = axl.sql(
        "select count(*) n from enduserdevicemap m, device d, enduser u where m.fkdevice = d.pkid and m.fkenduser = u.pkid"
        " and d.fkenduser = u.pkid and m.tkuserassociation = 1"
    )
    assert owned == mapped
    assert owned != [{"n": "0"}]
