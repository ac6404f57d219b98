"""Vietnamese names: family, middle, given; drawn without repeating a whole name."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FAMILY = _words(
    "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Lê Phạm Phạm Huỳnh Huỳnh Hoàng Phan Phan Vũ Võ Võ "
    "Đặng Đặng Bùi Đỗ Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Lâm Đoàn Trương Tạ Châu Tôn Kiều"
)
_MIDDLE = {
    "1": ("Văn", "Hữu", "Đức", "Minh", "Gia", "Quốc", "Hoàng", "Anh", "Thành", "Tuấn", "Bảo", "Nhật", "Quang", "Thế"),
    "2": ("Thị", "Ngọc", "Thị Mỹ", "Thị Thu", "Khánh", "Thanh", "Phương", "Bảo", "Minh", "Thuỳ", "Tường", "Cẩm"),
}
_GIVEN = {
    "1": _words(
        "An Bảo Bình Cường Dũng Duy Đạt Đức Hải Hào Hiếu Hoà Huy Hùng Khang Khoa Kiên Lâm Long Lộc Nam Nghĩa Nhân Phát "
        "Phong Phú Phúc Quân Quý Sang Sơn Tài Tâm Thắng Thịnh Thiện Tiến Toàn Trí Trung Tuấn Tú Vinh Vũ"
    ),
    "2": _words(
        "An Anh Ánh Châu Chi Diễm Dung Duyên Dương Đào Giang Hà Hạnh Hân Hiền Hoa Hương Khuê Lan Linh Ly Mai My Nga "
        "Ngân Nghi Ngọc Nhi Nhung Như Oanh Phương Quỳnh Thảo Thi Thơ Thư Thuỷ Tiên Trâm Trang Trinh Trúc Tuyết Uyên "
        "Vân Vy Yến"
    ),
}


def stream(part: str, seed: int) -> Random:
    """The chance of one part of the school: the same for the same seed, whatever the other parts draw."""
    return Random(f"{part} {seed}")  # noqa: S311 - repeatable on purpose, nothing secret hangs on it


class Name(NamedTuple):
    """`last` is family and middle name, `first` the given name: the split that Moodle gets, and that reverses."""

    last: str
    first: str

    def __str__(self) -> str:
        return f"{self.last} {self.first}"


class Names:
    def __init__(self, random: Random):
        self._random = random
        self._given_out: set[Name] = set()

    def draw(self, sex: str) -> Name:
        """sex "1" male, "2" female."""
        while True:
            middle, first = self._random.choice(_MIDDLE[sex]), self._random.choice(_GIVEN[sex])
            name = Name(f"{self._random.choice(_FAMILY)} {middle}", first)
            if name not in self._given_out and first not in middle.split():
                self._given_out.add(name)
                return name
