"""Thông tư 22/2021/TT-BGDĐT: assessment of pupils of lower and upper secondary schools.

In force since 5 September 2021; it reached every grade level with 2024-2025 (9 and 12 came last), and only from then on
one answer holds for a whole school. A draft amendment was sent for comment in July 2026: when it is issued, its numbers
stand in a file of their own and `last_year` here ends this one.
"""

from bridge.domain.rules.ruleset import Band, BandRule, PeriodStep, Ruleset
from bridge.domain.scores import mark

_T, _K, _D, _C = Band.GOOD, Band.FAIR, Band.PASSED, Band.NOT_PASSED

TT22_2021 = Ruleset(
    name="TT22/2021",
    first_year=2024,
    last_year=None,
    # Art. 6.2: 35 periods a year 2, over 35 to 70 3, over 70 4. Fewer than 35, which it does not name, are read as 35.
    regular_by_periods=(PeriodStep(35, 2), PeriodStep(70, 3), PeriodStep(None, 4)),
    regular_by_comment=2,
    regular_most=5,
    # Art. 9.1: ĐTBmhk = (TĐĐGtx + 2·ĐĐGgk + 3·ĐĐGck) / (number of ĐĐGtx + 5); ĐTBmcn = (ĐTBmhkI + 2·ĐTBmhkII) / 3.
    weight_regular=1,
    weight_midterm=2,
    weight_final=3,
    weight_first_term=1,
    weight_second_term=2,
    # Art. 9.2
    bands=(
        BandRule(Band.GOOD, failed_comments=0, every=mark(65), enough=6, reach=mark(80)),
        BandRule(Band.FAIR, failed_comments=0, every=mark(50), enough=6, reach=mark(65)),
        BandRule(Band.PASSED, failed_comments=1, every=mark(35), enough=6, reach=mark(50)),
    ),
    # Art. 8.2b, a row for each result of HK II, its cells by the result of HK I: Tốt, Khá, Đạt, Chưa đạt.
    conduct={
        (first, second): year
        for second, row in {
            _T: (_T, _T, _K, _K),
            _K: (_K, _K, _K, _D),
            _D: (_K, _D, _D, _D),
            _C: (_C, _C, _C, _C),
        }.items()
        for first, year in zip((_T, _K, _D, _C), row, strict=True)
    },
)
