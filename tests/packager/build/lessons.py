"""Made-up lessons for the tests of the packager."""

from pathlib import Path

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)

SETTINGS = """
title = "Hằng đẳng thức & những điều đáng nhớ <1>"
id = "toan-8-hang-dang-thuc"
description = "Bình phương của một tổng"
subject = "Toán"
grade_level = 8
keywords = ["bình phương", "tổng"]
duration = 45
licence = "CC BY 4.0"
authors = ["Nguyễn Thị Mẫu"]
requirements = ["020108.0202d3"]
pass_mark = 50
"""

PROSE = """# Mở đầu

Công thức ở [trang này](https://example.test/a), hình: ![Ô vuông](hình.png)

```gift
Bình phương của 3 là? {=9 ~6#Đó là 3 · 2 ~3}

Số pi, hai chữ số sau dấu phẩy? {#3,14:0,005}
```
"""

TABLE = """câu hỏi;a;b;c;đáp án
Những số nào chẵn?;2;3;4;A,C
Số 0 là số tự nhiên.;;;;đúng
Công thức của nước?;;;;H2O|nước
"""


def write_lesson(folder: Path, *, settings: str = SETTINGS, extra: dict[str, bytes | str] | None = None) -> Path:
    files: dict[str, bytes | str] = {
        "lesson.toml": settings,
        "1 mở đầu.md": PROSE,
        "2_luyện tập.csv": TABLE,
        "hình.png": PNG,
        **(extra or {}),
    }
    return write_files(folder, files)


def write_files(folder: Path, files: dict[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
