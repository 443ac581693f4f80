"""Entries of an index to test with: two invented reviews."""

from dataclasses import replace

from indexer.records import IndexEntry, LearningItem, Passage, ReviewRecord

REVIEW = ReviewRecord(
    document="",
    key="westmarch/baby-q",
    case="westmarch/baby-q",
    case_title="Baby Q",
    title="Serious Case Review: Baby Q",
    publisher="Westmarch Safeguarding Children Board",
    subject="Baby Q",
    scope="local",
    nation="England",
    review_type="serious-case-review",
    document_types=("overview-report",),
    published="2017-06",
    author=None,
    review_method=None,
    age_bands=("under-1",),
    harm_types=(),
    agencies=(),
    fictional=True,
    pages=10,
    pages_without_text=(),
    warnings=(),
)
OTHER = replace(
    REVIEW,
    key="ombria/child-z",
    case="ombria/child-z",
    case_title="Child Z",
    title="Child Practice Review",
    publisher="Ombria Board",
    scope="national",
    published="2021",
    age_bands=("age-1-5",),
)


def entry(text: str, position: int = 0, review: ReviewRecord = REVIEW, **changes: object) -> IndexEntry:
    """An index entry; `changes` are of the passage, or `themes`, `risk_factors`, `kinds`."""
    themes = changes.pop("themes", ())
    risk_factors = changes.pop("risk_factors", ())
    kinds = changes.pop("kinds", ())
    passage = Passage(
        f"{review.key}#{position}", review.key, position, "paragraph", None, 1, 1, None, "analysis", "", text, ()
    )
    items = tuple(
        LearningItem(
            f"{position}-{kind}", None, kind, None, text, text, ("police",), passage.id, 1, 0, len(text), (), None
        )
        for kind in kinds  # type: ignore[attr-defined]
    )
    return IndexEntry(replace(passage, **changes), themes, risk_factors, items, review)  # type: ignore[arg-type]


Q = [
    entry(
        "A bruise was seen on a baby who is not yet mobile.", 0, themes=("bruising", "curiosity"), kinds=("finding",)
    ),
    entry("Information sharing between agencies was poor.", 1, themes=("sharing",), section="findings"),
    entry(
        "The father was not assessed, and information about him was never shared.", 2, themes=("sharing", "unseen-men")
    ),
    entry("Bruising in babies", 3, kind="heading", section="toc"),
    entry(
        "Nobody asked the mother's partner. Sharing of information came late.", 4, themes=("unseen-men",), number="4.12"
    ),
    entry("The child was not brought to three appointments.", 5, risk_factors=("missed",)),
]
Z = [
    entry(
        "Every non-mobile infant with bruising needs a same-day opinion.",
        0,
        OTHER,
        themes=("bruising",),
        kinds=("recommendation",),
    ),
    entry("Café staff noticed naïve answers; O’Brien’s note said ‘didn’t ask’.", 1, OTHER),
]
