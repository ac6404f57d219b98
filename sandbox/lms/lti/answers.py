"""The kinds of answers that mod_lti gives to a browser: error pages, self-posting forms, pages to post again."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from sandbox.lms.site import Site
from sandbox.lms.wire import to_json

_PAGE = {
    "Cache-Control": "private, pre-check=0, post-check=0, max-age=0, no-transform",
    "X-Frame-Options": "sameorigin",
}
_BARE = {"Cache-Control": "no-store, no-cache, must-revalidate"}
_HTML = "text/html; charset=utf-8"
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
_WORDS = {
    "invalidrequest": ("Invalid request", "Yêu cầu không hợp lệ"),
    "invalidsesskey": (
        "Your session has most likely timed out. Please log in again.",
        "Phiên làm việc có lẽ đã hết hạn. Hãy đăng nhập lại.",
    ),
    "consumerkey": ("Consumer key is incorrect.", "Khoá của công cụ (client id) không đúng."),
    "nocourse": ("Can't find data record in database table course.", "Không tìm thấy khoá học này."),
    "nomodule": ("Invalid course module ID", "Không tìm thấy hoạt động này (mã hoạt động không hợp lệ)"),
    "tooldeleted": (
        "Error: The external tool used in this activity has been deleted. "
        "If you need help, contact your teacher or site administrator.",
        "Lỗi: công cụ ngoài của hoạt động này đã bị xoá. Hãy báo giáo viên hoặc quản trị viên.",
    ),
    "fetched": (
        "Successfully fetched tool configuration from the selected content.",
        "Đã lấy được cấu hình của công cụ từ nội dung đã chọn.",
    ),
    "nopermission": (
        "Sorry, but you do not currently have permissions to do that.",
        "Rất tiếc, bạn không có quyền làm việc này.",
    ),
}


class Unable(Exception):
    """Ends in Moodle's HTML error page, status 404. `word` is a key of the table above or the text itself."""

    def __init__(self, word: str):
        super().__init__(word)
        self.word = word


def words(site: Site, word: str) -> str:
    english, vietnamese = _WORDS.get(word, (word, word))
    return vietnamese if site.settings.lang == "vi" else english


def error_page(site: Site, word: str) -> Response:
    return page(site, "lti/error.html", status=404, message=words(site, word))


def page(site: Site, template: str, *, status: int = 200, **values: Any) -> Response:
    """A whole Moodle page. `site_short` is the front page's short name, which stands in every title."""
    front = site.courses.get(1)
    short = front.shortname if front else site.settings.sitename
    text = render_template(template, site=site.settings, site_short=short, **values)
    return Response(text, status=status, headers=_PAGE, content_type=_HTML)


def posting_form(name: str, action: str, fields: dict[str, str]) -> Response:
    """A bare form that sends itself, as `lti_initiate_login` and auth.php write it."""
    text = render_template("lti/posting_form.html", name=name, action=action, fields=fields)
    return Response(text, headers=_BARE, content_type=_HTML)


def bare(text: str, *, status: int = 200, content_type: str = _HTML) -> Response:
    return Response(text, status=status, content_type=content_type)


def json_answer(value: Any, *, status: int = 200) -> Response:
    return Response(to_json(value), status=status, content_type="application/json; charset=utf-8")


def bad_gateway() -> Response:
    """What nginx says when PHP wrote a broken status line."""
    return Response(_BAD_GATEWAY, status=502, content_type="text/html")
