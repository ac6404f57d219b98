"""One workbook for each layout, with the very headers under which the layout is known. Synthetic people only.

The heads of the described formats are those of domain notes on files that schools exchange; of the guessed ones, the
first word of each column in the layout's own file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from bridge.domain.school import Unit
from bridge.domain.scores import Term
from tests.csdl.workbook.made import PEOPLE, Person

UNIT = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
SCHOOL, YEAR = "TRƯỜNG THPT MẪU", "NĂM HỌC 2026-2027"
Cell = Callable[[int, Person], object]
BLANK: Cell = lambda n, p: None  # noqa: E731
PRIVATE: Cell = lambda n, p: "không đọc"  # noqa: E731


def fixed(text: str) -> Cell:
    return lambda n, p: text


IDENTITY: tuple[tuple[str, Cell], ...] = (
    ("STT", lambda n, p: n),
    ("Lớp", fixed("10A1")),
    ("Mã định danh Bộ GD&ĐT", lambda n, p: p.ministry),
    ("Họ và tên", lambda n, p: p.name),
    ("Ngày sinh", lambda n, p: p.birth),
)
WITH_CODE = (*IDENTITY[:2], ("Mã học sinh", lambda n, p: p.code), *IDENTITY[2:])


def blank(*heads: str) -> tuple[tuple[str, Cell], ...]:
    return tuple((head, BLANK) for head in heads)


@dataclass(frozen=True)
class Format:
    """`columns`: head (`group|part` under a merged group) and what stands below it."""

    columns: Sequence[tuple[str, Cell]]
    titles: Sequence[str] = (SCHOOL, f"BẢNG ĐIỂM HỌC KỲ I - {YEAR}", "Lớp: 10A1    Môn: Toán")
    category_sheets: int = 0
    numbered: bool = False  # a row of 1, 2, 3 … under the head


def marked(*heads: str) -> Format:
    return Format((*WITH_CODE, *blank(*heads)))


TYPED_IN = (SCHOOL, f"NHẬP ĐIỂM HỌC KỲ I - {YEAR}", "Lớp: 10A1    Môn: Toán")
TX5 = tuple(f"ĐĐGtx{n}" for n in range(1, 6))
FORMATS: dict[str, Format] = {
    "csdl-hoc-sinh": Format(
        (
            ("Mã lớp", fixed("10A1")), ("Mã học sinh", lambda n, p: p.code), ("Họ tên", lambda n, p: p.name),
            ("Ngày sinh", lambda n, p: p.birth), ("Giới tính", lambda n, p: p.sex),
            ("Trạng thái HS", fixed("Đang học")), ("Ngày nhập trạng thái", fixed("05/09/2026")),
            ("Dân tộc", PRIVATE), ("Loại khuyết tật", PRIVATE), ("Số định danh cá nhân", PRIVATE),
            ("Họ tên cha", PRIVATE), ("Số điện thoại cha", PRIVATE), ("Địa chỉ", PRIVATE),
        ), titles=(), category_sheets=16,
    ),
    "hcm-hoc-sinh": Format(
        (
            IDENTITY[0], IDENTITY[2], ("Họ tên", lambda n, p: p.name),
            ("Ngày sinh", lambda n, p: p.birth), ("Giới tính", lambda n, p: p.sex), ("Dân tộc", PRIVATE),
            ("Trạng thái", fixed("Đang học")), ("Lớp học", fixed("10A1")), ("Khối học", fixed("10")),
            ("Số định danh cá nhân", PRIVATE),
        ), titles=("DANH SÁCH HỌC SINH",),
    ),
    "nhom-hoc-sinh": Format(
        (IDENTITY[0], ("Mã nhóm", fixed("10-LY-N1")), ("Nhóm", fixed("Lý nhóm 1")), *WITH_CODE[2:]), titles=(),
    ),
    "csdl-giao-vien": Format(
        (
            ("STT", lambda n, p: n), ("Mã giáo viên", lambda n, p: f"GV{n:04}"), ("Họ tên", lambda n, p: p.name),
            ("Email", PRIVATE), ("Trạng thái CB", fixed("Đang làm việc")), ("Vị trí việc làm", fixed("Giáo viên")),
            ("Nhóm chức vụ", fixed("Giáo viên")), ("Môn dạy", fixed("Toán")),
            *((f"Cột {n}", PRIVATE) for n in range(9, 73)),
        ), titles=("DANH SÁCH CÁN BỘ, GIÁO VIÊN",),
    ),
    "phan-cong": Format(
        (
            ("STT", lambda n, p: n), ("Mã giáo viên", lambda n, p: f"GV{n:04}"), ("Giáo viên", lambda n, p: p.name),
            ("Môn", fixed("Toán")), ("Lớp", fixed("10A1")), ("Học kỳ", fixed("HK1")),
        ), titles=("PHÂN CÔNG GIẢNG DẠY",),
    ),
    "csdl-bang-diem": Format(
        (
            ("STT", lambda n, p: n), ("Tên lớp", fixed("10A1")), ("Mã học sinh", lambda n, p: p.code),
            ("Mã định danh", lambda n, p: p.ministry), ("Họ và tên", lambda n, p: p.name),
            ("Ngày sinh", lambda n, p: p.birth), *blank(*(f"ĐĐGtx|{n}" for n in range(1, 5)), "ĐĐGgk", "ĐĐGck"),
        ),
    ),
    "csdl-mau-1": Format((*IDENTITY, *blank(*TX5, "ĐĐGgk", "ĐĐGck", "Nhận xét")), TYPED_IN, numbered=True),
    "csdl-mau-2": Format(
        (*IDENTITY, *blank("ĐĐGtx", "ĐĐGgk", "ĐĐGck", "ĐTBmhk", "Mã nhận xét", "Nội dung nhận xét")), TYPED_IN,
    ),
    "csdl-mau-nhan-xet": Format(
        (*IDENTITY, *blank("Đánh giá (Đạt/Chưa đạt)", "Nội dung nhận xét")),
        titles=(SCHOOL, f"HỌC KỲ I - {YEAR}", "Lớp: 10A1    Môn: Giáo dục thể chất"),
    ),
    "vnedu-tong-ket": Format(
        (
            ("STT", lambda n, p: n), ("Mã học sinh", lambda n, p: p.code), ("Số định danh cá nhân", PRIVATE),
            ("Họ và tên", lambda n, p: p.name), ("Ngày sinh", lambda n, p: p.birth),
            *((f"{name}|(HS 1)", fixed("8.0")) for name in ("Toán", "Ngữ văn", "Ng.ngữ", "GDCD", "Tin học")),
            *((f"{name}|(N.xét)", fixed("Đ")) for name in ("GDTC", "HĐTN&HN")),
            ("Kết quả học tập", fixed("Khá")), ("Kết quả rèn luyện", fixed("Tốt")),
            *((f"Buổi nghỉ|{part}", fixed("0")) for part in ("P", "K", "Tổng")), ("Ghi chú", BLANK),
        ), titles=(SCHOOL, "SỔ ĐIỂM TỔNG KẾT LỚP 10A1", "Học kỳ II - Năm học 2026-2027"),
    ),
    "loi-nhap": Format(
        (
            ("STT", lambda n, p: n), ("Dòng", lambda n, p: 8 + n), ("Mã học sinh", lambda n, p: p.code),
            IDENTITY[3], ("Cột điểm", fixed("ĐĐGtx 2")), ("Nội dung lỗi", fixed("Cột đã khoá sổ")),
        ), titles=("DANH SÁCH LỖI NHẬP ĐIỂM",),
    ),
    "vnedu-so-diem": marked("ĐĐGTX|1", "ĐĐGTX|2", "ĐĐGTX|3", "ĐĐGGK", "ĐĐGCK", "TBM HK"),
    "smas-so-diem": marked("Điểm TX", "Điểm TX", "Điểm TX", "Điểm GK", "Điểm CK", "TBM"),
    "vietschool-so-diem": marked("HS1|1", "HS1|2", "HS1|3", "HS2", "HS3"),
    "enetviet-so-diem": marked("Điểm ĐGtx|1", "Điểm ĐGtx|2", "Điểm ĐGgk", "Điểm ĐGck"),
}  # fmt: skip
SCORES = ("csdl-bang-diem", "csdl-mau-1", "csdl-mau-2", "vnedu-so-diem", "smas-so-diem", "vietschool-so-diem",
          "enetviet-so-diem")  # fmt: skip


def make_format(path: Path, name: str, people: Sequence[Person] = PEOPLE) -> Path:
    """This layout's workbook, every cell of it a text but for numbers that a person sees as such."""
    chosen = FORMATS[name]
    with Workbook(str(path), {"in_memory": True}) as book:
        sheet = book.add_worksheet("10A1" if name == "vnedu-tong-ket" else "Sheet1")
        bold = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
        plain = book.add_format({"border": 1})
        for row, title in enumerate(chosen.titles):
            sheet.merge_range(row, 0, row, max(len(chosen.columns) - 1, 1), title, bold)
        top = len(chosen.titles)
        body = _heads(sheet, top, chosen, bold)
        for number, person in enumerate(people, start=1):
            for column, (_, cell) in enumerate(chosen.columns):
                sheet.write(body + number - 1, column, cell(number, person), plain)
        sheet.write(body + len(people) + 1, 3, "Người lập bảng", bold)
        sheet.set_column(3, 3, 24)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for number in range(chosen.category_sheets):
            book.add_worksheet(f"DM{number + 1}").write_column(0, 0, ["Mã", "1", "2"])
    return path


def _heads(sheet: object, top: int, chosen: Format, bold: object) -> int:
    """One row, or two where columns are grouped; the first row below."""
    heads = [head.partition("|") for head, _ in chosen.columns]
    deep = any(part for _, _, part in heads)
    column = 0
    while column < len(heads):
        group, _, part = heads[column]
        last = column
        while part and last + 1 < len(heads) and heads[last + 1][0] == group:
            last += 1
        _head(sheet, (top, column, top if part or not deep else top + 1, last), group, bold)
        if part:
            for place in range(column, last + 1):
                sheet.write(top + 1, place, heads[place][2], bold)  # type: ignore[attr-defined]
        column = last + 1
    if chosen.numbered:
        sheet.write_row(top + 1 + deep, 0, range(1, len(heads) + 1), bold)  # type: ignore[attr-defined]
    return top + 1 + deep + chosen.numbered


def _head(sheet: object, place: tuple[int, int, int, int], text: str, bold: object) -> None:
    if place[:2] == place[2:]:
        sheet.write(*place[:2], text, bold)  # type: ignore[attr-defined]
    else:
        sheet.merge_range(*place, text, bold)  # type: ignore[attr-defined]
