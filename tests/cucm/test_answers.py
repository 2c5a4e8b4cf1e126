"""How rows are read; what other answers say is shown in test_axl."""

from lxml import etree

from lscctl.cucm.answers import rows


def test_texts_that_repeat_are_held_once_however_many_phones_have_them() -> None:
    row = "<row><NAME>SEP{}</NAME><model>Cisco 8845</model><pool></pool></row>"
    body = "".join(row.format(number) for number in range(3))
    read = rows(etree.fromstring(f"<executeSQLQueryResponse><return>{body}</return></executeSQLQueryResponse>"))
    assert read == [{"name": f"SEP{number}", "model": "Cisco 8845", "pool": ""} for number in range(3)]
    assert len({id(row["model"]) for row in read}) == 1
    assert len({id(name) for row in read for name in row}) == 3
