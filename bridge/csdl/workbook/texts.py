"""The forms of a text, remembered: the same few hundred headers, words and names stand in all workbooks of a school."""

from functools import lru_cache

from bridge.domain.names import alias_key as _alias_key
from bridge.domain.names import clean as _clean
from bridge.domain.names import spelling_key as _spelling_key

MOST = 50_000

clean = lru_cache(MOST)(_clean)
alias_key = lru_cache(MOST)(_alias_key)
spelling_key = lru_cache(MOST)(_spelling_key)
