"""What the simulator's server gets from a grammar: verdicts, reasons, wrong values, defaults, the order of fields."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from lscctl.simulator.grammar import VERSIONS, Field, Grammar, GrammarError, UnknownVersion
from tests.effort import calls_in

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def request(inside: str, name: str = "updatePhone", version: str = "12.5") -> etree._Element:
    """A request inside an envelope that declares the prefixes, as on the wire."""
    namespace = f"http://www.cisco.com/AXL/API/{version}"
    body = f'<body xmlns:axl="{namespace}" xmlns:xsi="{XSI}"><axl:{name}>{inside}</axl:{name}></body>'
    return etree.fromstring(body)[0]


def texts(message: etree._Element) -> list[tuple[str, str | None]]:
    return [(str(element.tag), element.text) for element in message.iter()]


def refusal(message: etree._Element, version: str = "12.5") -> GrammarError:
    with pytest.raises(GrammarError) as caught:
        Grammar.for_version(version).check(message)
    return caught.value


def field(version: str, type_name: str, *path: str) -> Field:
    fields = Grammar.for_version(version).fields(type_name)
    for name in path:
        found = next(field for field in fields if field.name == name)
        fields = found.fields
    return found


def test_an_unknown_version_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(UnknownVersion) as caught:
        Grammar.for_version("7.1")

    assert str(caught.value) == f"Unknown AXL version 7.1. Known are {', '.join(VERSIONS)}."


def test_a_grammar_is_made_once_per_version() -> None:
    assert Grammar.for_version("14.0") is Grammar.for_version("14.0")


def test_children_must_come_in_the_order_of_the_schema() -> None:
    good = "<name>SEP0</name><certificateOperation>Delete</certificateOperation><keySize>2048</keySize>"
    Grammar.for_version("12.5").check(request(good))

    swapped = "<name>SEP0</name><keySize>2048</keySize><certificateOperation>Delete</certificateOperation>"
    error = refusal(request(swapped))

    assert error.element == "certificateOperation"
    assert error.path == "updatePhone/certificateOperation"
    assert "'certificateOperation': This element is not expected. Expected is one of ( keyOrder, ecKeySize" in str(
        error
    )


def test_a_refusal_names_the_element_and_what_was_expected() -> None:
    missing = refusal(request("<description>no name</description>"))
    nested = refusal(request("<name>SEP0</name><lines><line/><line><index>1</index></line></lines>"))
    too_long = refusal(request(f"<name>SEP0</name><description>{'x' * 129}</description>"))

    assert str(missing) == "Element 'description': This element is not expected. Expected is one of ( name, uuid )."
    assert str(nested) == "Element 'line': Missing child element(s). Expected is one of ( label, display, dirn )."
    assert nested.path == "updatePhone/lines/line[2]"
    assert "'description'" in str(too_long)
    assert "'129'" in str(too_long)


def test_a_refusal_shows_that_more_was_possible_than_it_names() -> None:
    assert str(refusal(request("<name>SEP0</name><surprise/>"))).endswith("networkHoldMohAudioSourceId, ... ).")


def test_qualified_children_are_refused_without_a_word_about_namespaces() -> None:
    assert "http" not in str(refusal(request("<axl:name>SEP0</axl:name>")))


@pytest.mark.parametrize("version", ["8.5", "9.1"])
def test_apply_is_unknown_to_old_versions(version: str) -> None:
    error = refusal(request("<name>SEP0</name>", "applyPhone", version), version)

    assert f"'applyPhone' of namespace http://www.cisco.com/AXL/API/{version} is not known" in str(error)


def test_a_request_of_another_version_or_none_is_refused() -> None:
    assert "API/11.5 is not known in AXL version 12.5" in str(refusal(request("<name>x</name>", version="11.5")))
    assert "without a namespace" in str(refusal(etree.fromstring("<updatePhone><name>x</name></updatePhone>")))


def test_an_answer_is_no_request_and_a_request_no_answer() -> None:
    answer = request("<return>true</return>", "updatePhoneResponse")
    grammar = Grammar.for_version("12.5")
    grammar.check_response(answer)

    assert refusal(answer).element == "updatePhoneResponse"
    with pytest.raises(GrammarError):
        grammar.check_response(request("<name>SEP0</name>"))


def test_a_type_declared_with_a_prefix_of_the_envelope_is_understood() -> None:
    Grammar.for_version("12.5").check(
        request('<sql xsi:type="xsd:string" xmlns:xsd="http://www.w3.org/2001/XMLSchema"/>', "executeSQLQuery")
    )


def test_wrong_values_of_enumerations_pass_the_schema_but_are_listed() -> None:
    message = request(
        "<name>SEP0</name>"
        "<lines><line><index>1</index><dirn><pattern>1</pattern><routePartitionName/></dirn><ringSetting>Ring</ringSetting></line>"
        "<line><index>2</index><dirn><pattern>2</pattern><routePartitionName/></dirn><ringSetting>Bang</ringSetting></line></lines>"
        "<certificateOperation>Install</certificateOperation><authenticationMode>by null string</authenticationMode>"
        "<keySize>4096</keySize>"
    )
    grammar = Grammar.for_version("12.5")
    grammar.check(message)
    wrong = grammar.wrong_enumerations(message)

    assert [(value.path, value.value, value.type) for value in wrong] == [
        ("updatePhone/lines/line[2]/ringSetting", "Bang", "XRingSetting"),
        ("updatePhone/certificateOperation", "Install", "XCertificateOperation"),
        ("updatePhone/authenticationMode", "by null string", "XAuthenticationMode"),
    ]
    assert str(wrong[0]) == "Invalid value for ringSetting: Bang"


def test_a_value_that_came_in_later_is_wrong_before() -> None:
    inside = "<name>SEP0</name><keySize>4096</keySize>"

    assert Grammar.for_version("11.5").wrong_enumerations(request(inside, version="11.5")) == []
    assert Grammar.for_version("11.0").wrong_enumerations(request(inside, version="11.0"))


def test_empty_means_the_default_where_there_is_one() -> None:
    message = request("<name>SEP0</name><authenticationMode/><keySize><!-- nothing --></keySize>")
    grammar = Grammar.for_version("12.5")
    filled = grammar.with_defaults(message)

    assert grammar.wrong_enumerations(message) == []
    assert [(child.tag, child.text) for child in filled][1:] == [
        ("authenticationMode", "By Null String"),
        ("keySize", "2048"),
    ]
    assert [child.text for child in message] == ["SEP0", None, None]


def test_empty_without_a_default_is_wrong_unless_the_element_may_be_nil() -> None:
    grammar = Grammar.for_version("12.5")
    cleared = request("<name>SEP0</name><userLocale/>")
    empty = request("<deviceName>SEP0</deviceName><deviceResetType/>", "doDeviceReset")
    grammar.check(cleared)
    grammar.check(empty)

    assert field("12.5", "UpdatePhoneReq", "userLocale").nillable
    assert grammar.wrong_enumerations(cleared) == []
    assert [value.path for value in grammar.wrong_enumerations(empty)] == ["doDeviceReset/deviceResetType"]


def test_nil_is_neither_a_wrong_value_nor_a_default() -> None:
    line = "<line><index>1</index><dirn><pattern>1</pattern><routePartitionName/></dirn>"
    message = request(f'<name>SEP0</name><lines>{line}<consecutiveRingSetting xsi:nil="true"/></line></lines>')
    grammar = Grammar.for_version("12.5")
    grammar.check(message)

    assert field("12.5", "XPhoneLine", "consecutiveRingSetting").default == "Use System Default"
    assert grammar.wrong_enumerations(message) == []
    assert texts(grammar.with_defaults(message)) == texts(message)


def test_returned_tags_hold_no_values() -> None:
    message = request("<name>SEP0</name><returnedTags><model/><keySize/></returnedTags>", "getPhone")
    grammar = Grammar.for_version("12.5")
    grammar.check(message)

    assert grammar.wrong_enumerations(message) == []
    assert texts(grammar.with_defaults(message)) == texts(message)


def test_vendor_configuration_holds_anything_without_a_namespace() -> None:
    grammar = Grammar.for_version("12.5")
    message = request("<name>SEP0</name><vendorConfig><webAccess>0</webAccess><model>any</model></vendorConfig>")
    grammar.check(message)

    assert field("12.5", "UpdatePhoneReq", "vendorConfig").content == "anything"
    assert grammar.wrong_enumerations(message) == []
    refusal(request('<name>SEP0</name><vendorConfig><x xmlns="urn:other"/></vendorConfig>'))


def test_fields_come_in_order_with_what_is_inside_them() -> None:
    names = [field.name for field in Grammar.for_version("12.5").fields("RPhoneSecurityProfile")]

    assert names[:8] == [
        "phoneType",
        "protocol",
        "name",
        "description",
        "deviceSecurityMode",
        "authenticationMode",
        "keySize",
        "keyOrder",
    ]
    assert "keyOrder" not in [field.name for field in Grammar.for_version("10.5").fields("RPhoneSecurityProfile")]
    assert field("12.5", "RPhone", "lines", "line", "dirn", "pattern").type == "xsd:string"
    assert field("12.5", "RPhone", "lines", "line").repeated
    assert field("12.5", "RPhone", "devicePoolName").attributes == ("uuid",)
    assert field("12.5", "RPhone", "certificateStatus").values[:2] == ("None", "Operation Pending")


def test_fields_of_a_request_start_with_those_it_inherits() -> None:
    fields = Grammar.for_version("12.5").fields("UpdatePhoneReq")

    assert [field.name for field in fields[:3]] == ["name", "uuid", "newName"]
    assert not fields[0].required  # one of name and uuid, so neither by itself


def test_sql_rows_are_visible_as_anything() -> None:
    row = field("12.5", "ExecuteSQLQueryRes", "return", "row")

    assert (row.content, row.type, row.repeated, row.required) == ("anything", "xsd:anyType", True, False)


def test_a_type_of_a_later_version_is_unknown() -> None:
    with pytest.raises(KeyError):
        Grammar.for_version("10.5").values("XKeyOrder")


def test_a_check_takes_a_handful_of_calls_once_the_grammar_is_compiled() -> None:
    grammar = Grammar.for_version("12.5")
    message = request("<name>SEP0</name><certificateOperation>Delete</certificateOperation><keySize>2048</keySize>")
    grammar.check(message)
    assert calls_in(lambda: grammar.check(message)) < 30


def test_threads_that_share_a_grammar_get_their_own_reasons() -> None:
    def reason(number: int) -> bool:
        return f"'wrong{number}'" in str(refusal(request(f"<wrong{number}/>")))

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(reason, range(400)))
