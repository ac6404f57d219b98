"""Files for spreadsheets: what stands in them is text and numbers."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from bridge.spreadsheets import write_csv, write_xlsx


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_in_a_file_is_a_formula(text):
    assert write_csv([[text]]).decode("utf-8-sig").strip() in (f"'{text}", f'"\'{text}"')
    with ZipFile(BytesIO(write_xlsx([["head"], [text]]))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
