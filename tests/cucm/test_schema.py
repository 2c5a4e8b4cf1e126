"""Our own schema of every version, an admin's file, and the choice between versions."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lscctl.cucm import schema
from lscctl.cucm.faults import SchemaUnusable, Unsendable
from lscctl.cucm.schema import Schema
from tests.cucm import cisco

ALL = schema.known_versions()
SINCE_10 = ("applyPhone", "resetPhone", "applyPhoneSecurityProfile")
ALWAYS = (
    "getCCMVersion",
    "executeSQLQuery",
    "executeSQLUpdate",
    "listPhone",
    "getPhone",
    "updatePhone",
    "doDeviceReset",
    "listPhoneSecurityProfile",
    "getPhoneSecurityProfile",
    "addPhoneSecurityProfile",
    "updatePhoneSecurityProfile",
)


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_every_version_from_8_0_to_15_0_is_known() -> None:
    assert " ".join(ALL) == "8.0 8.5 8.6 9.0 9.1 10.0 10.5 11.0 11.5 12.0 12.5 14.0 15.0"


@pytest.mark.parametrize("version", ALL)
def test_a_version_has_what_it_had_and_nothing_newer(version: str) -> None:
    made = Schema.bundled(version)
    assert all(made.supports(operation) for operation in ALWAYS)
    assert [made.supports(operation) for operation in SINCE_10] == [numbers(version) >= (10, 0)] * 3
    assert not made.supports("removePhone")
    for operation in ("updatePhone", "updatePhoneSecurityProfile"):
        assert "keySize" in made.fields(operation)
        assert ("keyOrder" in made.fields(operation)) == (numbers(version) >= (11, 0))
        assert ("ecKeySize" in made.fields(operation)) == (numbers(version) >= (11, 0))
    assert ("EnableOAuthAuthentication" in made.fields("updatePhoneSecurityProfile")) == (numbers(version) >= (12, 5))
    assert ("4096" in made.enumeration("keySize")) == (numbers(version) >= (11, 5))
    assert made.enumeration("keyOrder") == (
        ("RSA Only", "EC Only", "EC Preferred, RSA Backup") if numbers(version) >= (11, 0) else ()
    )
    assert made.soap_action("updatePhone") == f"CUCM:DB ver={version} updatePhone"


@pytest.mark.parametrize("version", ["8.5", "10.0", "11.5", "12.5"])
def test_cisco_s_file_knows_the_same_of_what_we_use(version: str) -> None:
    ours, theirs = Schema.bundled(version), Schema.from_file(cisco.wsdl(version))
    assert theirs.version == version
    for operation in ALWAYS + SINCE_10:
        assert ours.supports(operation) == theirs.supports(operation)
        fields = theirs.fields(operation)
        assert list(ours.fields(operation)) == [field for field in fields if field in ours.fields(operation)]
    for operation in ("updatePhone", "updatePhoneSecurityProfile"):
        for field in (
            "certificateOperation",
            "authenticationMode",
            "keySize",
            "keyOrder",
            "ecKeySize",
            "transportType",
        ):
            if field in ours.fields(operation):
                assert ours.enumeration(field, operation) == theirs.enumeration(field, operation) != ()
    assert ours.enumeration("description") == theirs.enumeration("description") == ()


@pytest.mark.parametrize(
    ("spoken", "best"),
    [
        (["12.x", "14.0", "15.0"], "15.0"),
        (["12.x"], "12.5"),
        (["14.0", "15.0", "16.0"], "15.0"),
        (["11.5", "12.0"], "12.0"),
        (["16.0", "17.0"], None),
        (["7.1"], None),
        ([], None),
    ],
)
def test_the_best_common_version_is_taken(spoken: list[str], best: str | None) -> None:
    assert schema.negotiate(spoken) == best


@pytest.mark.parametrize(
    ("cluster", "version"),
    [
        ("12.5.1.11900-146", "12.5"),
        ("15.0.1.12900(234)", "15.0"),
        ("8.6.2.20000-2", "8.6"),
        ("13.1", "12.5"),
        ("16.0.1", "15.0"),
        ("7.1.5", None),
    ],
)
def test_a_cluster_s_version_gives_its_schema(cluster: str, version: str | None) -> None:
    assert schema.for_cluster(cluster) == version


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SchemaUnusable, match=r"no AXL schema 7\.1") as caught:
        Schema.bundled("7.1")
    assert "8.0, 8.5" in str(caught.value.hint)


class TestAnAdminsFile:
    def refusal(self, wsdl: Path) -> str:
        with pytest.raises(SchemaUnusable) as caught:
            Schema.from_file(wsdl)
        assert "axlsqltoolkit.zip" in str(caught.value.hint)
        assert caught.value.exit_code == 2
        return caught.value.message

    def test_one_that_is_missing(self, tmp_path: Path) -> None:
        assert "cannot be read: No such file" in self.refusal(tmp_path / "AXLAPI.wsdl")

    @pytest.mark.parametrize(
        ("content", "word"),
        [
            ("plain text", "is not XML"),
            ("<html/>", "is not a WSDL: it holds <html>"),
            ('<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "is a WSDL, but not AXL's"),
        ],
    )
    def test_one_that_is_none(self, tmp_path: Path, content: str, word: str) -> None:
        (tmp_path / "AXLAPI.wsdl").write_text(content)
        assert word in self.refusal(tmp_path / "AXLAPI.wsdl")

    def test_one_without_its_xsd(self, tmp_path: Path) -> None:
        shutil.copy(cisco.wsdl("8.5"), tmp_path)
        assert "AXLSoap.xsd is missing" in self.refusal(tmp_path / "AXLAPI.wsdl")

    def ours(self, folder: Path, change: Callable[[str], str]) -> Path:
        source = Path(schema.__file__).parents[2] / "wsdl"
        for name in ("AXLAPI.wsdl", "AXLSoap.xsd"):
            (folder / name).write_text(change((source / name).read_text()))
        return folder / "AXLAPI.wsdl"

    def test_ours_is_a_file_as_good_as_any(self, tmp_path: Path) -> None:
        assert Schema.from_file(self.ours(tmp_path, str)).version == "15.0"

    @pytest.mark.filterwarnings("ignore::UserWarning:zeep")
    def test_one_without_an_operation_that_lscctl_needs(self, tmp_path: Path) -> None:
        wsdl = self.ours(tmp_path, lambda text: text.replace('name="getPhone"', 'name="getTelephone"'))
        assert "lacks the operation getPhone" in self.refusal(wsdl)

    def test_one_whose_xsd_is_broken(self, tmp_path: Path) -> None:
        wsdl = self.ours(tmp_path, lambda text: text.replace("</xsd:schema>", ""))
        assert "make no AXL schema" in self.refusal(wsdl)

    def test_one_that_wants_something_from_the_network(self, tmp_path: Path) -> None:
        include = '<xsd:include schemaLocation="http://example.com/more.xsd"/>'
        wsdl = self.ours(
            tmp_path, lambda text: text.replace("<!-- Operations: a request and its answer each -->", include)
        )
        assert "only files beside it are read" in self.refusal(wsdl)


class TestMessages:
    made = Schema.bundled("12.5")

    def refusal(self, values: dict[str, object], operation: str = "updatePhone") -> str:
        with pytest.raises(Unsendable) as caught:
            self.made.message(operation, values)
        assert caught.value.exit_code == 2
        return caught.value.message

    def test_the_schema_s_order_is_taken_whatever_order_was_given(self) -> None:
        message = self.made.message(
            "updatePhone", {"keySize": "2048", "authenticationMode": "By Null String", "name": "SEP1"}
        )
        assert (
            b"<name>SEP1</name><authenticationMode>By Null String</authenticationMode><keySize>2048</keySize>"
            in message
        )

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\ud800", "\ufffe"])
    def test_what_xml_cannot_carry_is_refused_before_it_is_sent(self, character: str) -> None:
        message = self.refusal({"name": "SEP1", "description": f"a{character}b"})
        assert f"description holds the character U+{ord(character):04X}" in message

    def test_the_same_deep_inside_a_request(self) -> None:
        message = self.refusal({"searchCriteria": {"name": "\x01"}, "returnedTags": {}}, "listPhone")
        assert "name holds the character U+0001" in message

    def test_a_value_that_is_none_of_the_enumeration_is_refused_with_those_that_are(self) -> None:
        assert "'512', '1024', '2048', '3072', '4096'" in self.refusal({"name": "SEP1", "keySize": "768"})

    def test_a_description_of_129_letters_is_refused(self) -> None:
        assert "length of '129'" in self.refusal({"name": "SEP1", "description": "é" * 129})

    def test_a_field_or_an_operation_that_the_version_lacks_is_refused(self) -> None:
        assert "unexpected keyword argument 'colour'" in self.refusal({"name": "SEP1", "colour": "red"})
        assert self.refusal({"name": "SEP1"}, "removePhone") == "AXL 12.5 has no removePhone"

    def test_a_request_without_its_key_is_refused(self) -> None:
        assert "name, uuid" in self.refusal({"keySize": "2048"})

    def test_a_secret_that_the_schema_refuses_is_not_repeated(self) -> None:
        assert "4711" not in self.refusal({"name": "SEP1", "authenticationString": "4711" * 40})
