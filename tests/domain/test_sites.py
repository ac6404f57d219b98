"""What counts as one site: in doubt two names are one, and the settings are refused."""

import pytest

from bridge.domain.sites import are_one_site, content_pattern, is_content_pattern


@pytest.mark.parametrize(
    ("pages", "pattern", "one"),
    [
        ("https://cau-noi.truong.example", "https://*.truong.example", True),
        ("https://cau-noi.truong.example", "https://*.hoc-lieu.truong.example", True),
        ("https://truong.example", "https://*.truong.example", True),
        ("https://Truong.Example.", "https://*.truong.example", True),
        ("https://cau-noi.truong.example", "https://*.hoc-lieu.example", False),
        ("https://cau-noi.thpt-a.edu.vn", "https://*.thpt-a.edu.vn", True),
        ("https://cau-noi.thpt-a.edu.vn", "https://*.noi-dung-a.edu.vn", False),
        ("https://a.hcm.unknown.vn", "https://*.b.unknown.vn", True),  # may be one: we don't know the suffix
        ("https://a.github.io", "https://*.b.github.io", True),  # are two; refusing costs another name, no more
        ("http://localhost:8000", "http://*.localhost:8000", False),
        ("http://127.0.0.1:8000", "http://*.localhost:8000", False),
        ("http://tool.localhost:8000", "http://*.localhost:8000", True),
        ("http://10.0.0.5", "https://*.hoc-lieu.example", False),
    ],
)
def test_which_names_are_one_site(pages: str, pattern: str, one: bool) -> None:
    assert are_one_site(pages, pattern) is one


@pytest.mark.parametrize(
    ("pages", "pattern"),
    [
        ("http://localhost:8000", "http://*.localhost:8000"),
        ("http://127.0.0.1", "http://*.localhost"),
        ("https://truong.example", ""),
        ("http://10.0.0.5", ""),
    ],
)
def test_on_loopback_content_has_a_place_by_itself(pages: str, pattern: str) -> None:
    assert content_pattern(pages) == pattern


@pytest.mark.parametrize(
    "bad", ["https://hoc-lieu.example", "*.a.example", "https://*.a.example/x", "https://*", "ftp://*.a"]
)
def test_a_pattern_has_its_star_first_and_nothing_behind(bad: str) -> None:
    assert not is_content_pattern(bad)
    assert is_content_pattern("https://*.hoc-lieu.example:8443")
