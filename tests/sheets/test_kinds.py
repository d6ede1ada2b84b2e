"""What a file really is, and the sentence for those that are no table."""

import io
import zipfile

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import kinds
from issuing.sheets.kinds import kind_of
from tests.sheets import files

NO_TABLE = "not a table. Upload an Excel workbook (.xlsx) or a CSV file."


def refusal(content: bytes, name: str = "people.csv") -> tuple[str, str]:
    with pytest.raises(SheetError) as caught:
        kind_of(content, name)
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"\x1f\x8b\x08", "a compressed archive"),
        (b"{\\rtf1", "a text document"),
        (b'{"people": []}', "JSON"),
        (files.old_document("WordDocument"), "a document of an old kind"),
        (files.archive({"word/document.xml": b"<w/>"}), "a text document"),
        (files.archive({"people.csv": b"Email"}), "an archive (zip)"),
    ],
)
def test_kind_of_says_what_it_is_when_a_file_is_no_table(content: bytes, what: str) -> None:
    assert refusal(content) == ("not_a_table", f"“people.csv” is {what}, {NO_TABLE}")


@pytest.mark.parametrize("content", [b"<html><table>", b"\xef\xbb\xbf\n<!DOCTYPE html>", b'<?xml version="1.0"?>'])
def test_kind_of_refuses_a_web_page_when_it_is_called_a_workbook(content: bytes) -> None:
    code, sentence = refusal(content, "export.xls")

    assert code == "not_a_table"
    assert sentence.startswith("“export.xls” is a web page or an XML document, not a table, whatever its name says.")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (files.archive({"xl/workbook.bin": b"x"}), "a binary workbook (.xlsb)"),
        (files.archive({"Index/Document.iwa": b"x"}), "an Apple document (Numbers, for example)"),
    ],
)
def test_kind_of_says_how_to_save_it_when_a_workbook_is_of_another_kind(content: bytes, what: str) -> None:
    code, sentence = refusal(content, "")

    assert code == "unsupported_kind"
    assert sentence == (
        f"This file is {what}, which cannot be read yet. Open it in Excel and save it as “Excel Workbook (.xlsx)” or "
        "“CSV UTF-8”, then upload that."
    )


def test_kind_of_knows_other_workbooks_when_they_say_so_themselves() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        opened.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
        opened.writestr("content.xml", b"<office/>")

    assert (kind_of(target.getvalue(), ""), kind_of(files.old_document("Workbook"), "")) == ("ods", "xls")


def test_kind_of_says_what_to_do_when_a_workbook_has_a_password() -> None:
    code, sentence = refusal(files.old_document("EncryptedPackage"))

    assert code == "password_protected"
    assert sentence.startswith("This workbook is protected with a password. Remove the password in Excel")


def test_kind_of_refuses_a_workbook_when_its_parts_are_encrypted_one_by_one() -> None:
    content = bytearray(files.archive({"xl/workbook.xml": b"<x/>"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(bytes(content))[0] == "password_protected"


def test_kind_of_refuses_a_workbook_when_it_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    content = files.archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(2_000_000)})
    assert kind_of(content, "") == "xlsx"

    monkeypatch.setattr(kinds, "_MAX_UNPACKED", 1_999_999)

    assert (len(content) < 10_000, refusal(content)[0]) == (True, "too_big")


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", files.archive({"[Content_Types].xml": b"<Types/>"})])
def test_kind_of_calls_a_workbook_damaged_when_parts_are_missing(content: bytes) -> None:
    assert refusal(content)[0] == "damaged"
