"""Learning: what a document's passages recommend, find, teach, ask and praise, in its own words."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import taxonomy
from indexer.learn import Learner
from indexer.records import Cell, Learning, LearningItem, Passage, TaggedPassage
from indexer.tag import Tagger

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
VOCABULARY = taxonomy.load(CORPUS)
TAGGER = Tagger(VOCABULARY, CORPUS)
LEARNER = Learner(VOCABULARY, CORPUS)
KINDS = set(VOCABULARY.learning_kinds)
BLANK = Passage("", "document", 0, "paragraph", None, 3, 3, None, "analysis", "Heading", "", ())


def learn(*passages: Passage) -> Learning:
    numbered = [replace(p, id=f"p{i}", position=i) for i, p in enumerate(passages)]
    return LEARNER.learn(TAGGER.tag(numbered))


def table(rows: list[str], section: str) -> list[Passage]:
    """The passages of a table, whose first row names the columns."""
    headers = rows[0].split(" | ")
    passages = [replace(BLANK, kind="table-row", section=section, text=rows[0])]
    for row in rows[1:]:
        cells, start = [], 0
        for header, text in zip(headers, row.split(" | "), strict=True):
            lead = len(text) - len(text.lstrip())
            cells.append(Cell(header, start + lead, start + len(text)))
            start += len(text) + len(" | ")
        passages.append(replace(BLANK, kind="table-row", section=section, text=row, cells=tuple(cells)))
    return passages


def item(text: str, section: str = "recommendations", **changes: object) -> LearningItem | None:
    items = learn(replace(BLANK, text=text, section=section, **changes)).items  # type: ignore[arg-type]
    return items[0] if items else None


def recommendation(text: str, number: str | None = None, **changes: object) -> Passage:
    return replace(BLANK, text=text, number=number, section="recommendations", **changes)  # type: ignore[arg-type]


# --- recommendations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "addressees"),
    [
        ("The Board should seek assurance that staff know how to use the escalation policy.", ["lscb"]),
        ("Children’s Social Care to review how meetings are convened out of hours.", ["childrens-social-care"]),
        ("The maternity provider is asked to revise its booking form.", ["maternity"]),
        ("It is recommended that NSCB and the police audit a sample of closed cases.", ["lscb", "police"]),
        ("The Department for Education may wish to look again at duties towards these children.", ["national-bodies"]),
        ("The police should notify the health visitor of every such call.", ["police"]),
        ("All agencies must remind staff that children should be seen alone.", ["lscb"]),
    ],
)
def test_a_request_is_a_recommendation_to_whom_it_asks(text: str, addressees: list[str]) -> None:
    found = item(text)
    assert found
    assert (found.kind, found.quote, list(found.addressees)) == ("recommendation", text, addressees)


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("The visit should have taken place within ten days.", "recommendations"),
        ("Readers should note that names have been changed.", "recommendations"),
        ("Working Together states that agencies should share information.", "recommendations"),
        ("The panel should meet six times.", "recommendations"),
        ("The reviewer makes six recommendations in addition.", "recommendations"),
        ("Recommendations", "recommendations"),
        ("The Board should consider whether fathers were seen.", "terms_of_reference"),
        ("Practitioners should always keep an open mind about the cause of an injury.", "learning"),
    ],
)
def test_not_a_recommendation_though_it_says_should(text: str, section: str) -> None:
    found = item(text, section)
    assert found is None or found.kind != "recommendation"


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("The Board should act.", "R1", "R1"),
        ("The Board should act.", "WSCB 1", "WSCB 1"),
        ("The Board should act.", "Recommendation 3", "3"),
        ("The Board should act.", "Recommendation 3.", "3"),
        ("Recommendation 4: The Board should act.", None, "4"),
        ("The Board should act.", None, None),
    ],
)
def test_the_number_is_the_printed_one_without_the_word(text: str, number: str | None, expected: str | None) -> None:
    found = item(text, number=number)
    assert found
    assert (found.number, found.quote) == (expected, "The Board should act.")


def test_lettered_parts_keep_the_number_and_the_addressee_of_their_lead_in() -> None:
    items = learn(
        recommendation("It is recommended that the police:", "R6"),
        recommendation("relaunch the policy on escalation; and", "a)", kind="list-item"),
        recommendation("seek assurance that supervision takes place.", "b)", kind="list-item"),
        recommendation("The Board should audit this.", "R7"),
    ).items
    assert [found.number for found in items] == ["R6", "R6a", "R6b", "R7"]
    assert [found.addressees for found in items] == [("police",)] * 3 + [("lscb",)]


def test_the_agency_above_a_list_is_addressed_by_it() -> None:
    items = learn(
        replace(recommendation("Westmarch Constabulary"), kind="heading", heading="Westmarch Constabulary"),
        replace(
            recommendation("To remind officers to look at earlier calls.", "POL 1"), heading="Westmarch Constabulary"
        ),
    ).items
    assert [(found.number, found.addressees) for found in items] == [("POL 1", ("police",))]


def test_the_initials_of_a_number_name_the_agency() -> None:
    found = item("To end the use of agreements without a date.", number="CSC 5", heading="Single agency")
    assert found
    assert found.addressees == ("childrens-social-care",)


def test_a_sentence_of_a_longer_paragraph_is_quoted_alone() -> None:
    found = item("The model leaves action to others. The Board should find every such child. It was not easy to write.")
    assert found
    assert found.quote == "The Board should find every such child."


# --- the other kinds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "section", "changes", "kind"),
    [
        ("No agency held a full picture of the adults who cared for him.", "analysis", {}, "finding"),
        ("Pressure to close cases leads workers to accept assurances.", "findings", {"number": "Finding 2"}, "finding"),
        ("A missed opportunity arose in March, and it is regretted.", "exec_summary", {}, "missed-opportunity"),
        ("A baby who cannot crawl has no reason for a bruise.", "learning", {"kind": "list-item"}, "learning-point"),
        ("A mark needs an opinion on the same day.", "analysis", {"number": "Learning point 1"}, "learning-point"),
        ("A key lesson is that silence is not proof that all is well.", "conclusion", {}, "learning-point"),
        ("How confident is the Board that thresholds are understood?", "questions_for_board", {}, "question-for-board"),
        ("How confident is the Board that thresholds are understood?", "exec_summary", {}, "question-for-board"),
        ("The midwife went beyond what was expected of her.", "analysis", {}, "good-practice"),
        ("The nurse rang every week.", "good_practice", {"kind": "list-item"}, "good-practice"),
        ("Since April 2016 all officers have been trained.", "changes_made", {}, "action-already-taken"),
        ("Recommendation 2: The Board should audit this.", "conclusion", {}, "recommendation"),
    ],
)
def test_kind(text: str, section: str, changes: dict[str, object], kind: str) -> None:
    found = item(text, section, **changes)
    assert found
    assert found.kind == kind


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Mother moved to the town in March with her son.", "chronology"),
        ("Research shows that bruises in babies are uncommon.", "analysis"),
        ("Small marks often come before grave ones (Penhallow and Stert, 2011).", "analysis"),
        ("Was there sufficient attention to fathers?", "terms_of_reference"),
        ("MARAC is a meeting at which agencies should share information.", "glossary"),
        ("The learning points are as follows:", "learning"),
        ("“Everybody asked how I was feeling and nobody asked about him.”", "family_views"),
    ],
)
def test_not_learning(text: str, section: str) -> None:
    assert item(text, section) is None


def test_a_missed_opportunity_is_named_beside_the_finding_it_stands_in() -> None:
    text = "The calls were logged as gossip. An opportunity to hold a meeting was lost on the second."
    items = learn(replace(BLANK, text=text)).items
    assert [(found.kind, found.quote) for found in items] == [
        ("finding", text),
        ("missed-opportunity", "An opportunity to hold a meeting was lost on the second."),
    ]


def test_a_row_of_figures_states_no_finding() -> None:
    rows = [
        "What was learned about the child | Number | Share | What it means",
        "Mark on a baby seen by a professional and not acted on | 19 | 23 (45%) | Before crawling",
        "Nobody asked who else was living with the family at home | 12 | 9 of 23 | Men mostly",
    ]
    assert not learn(*table(rows, "findings")).items


def test_a_row_of_an_action_plan_is_an_action_with_its_facts() -> None:
    rows = [
        "Ref | Recommendation | Action required | Lead | By when | How we will know | Status",
        "R1 | Staff know the policy | Reissue the policy to every ward | Head of Midwifery | Sept 17 | Spot checks | Green",
        " |  | Train practice nurses | CCG safeguarding lead | Ongoing |  | Amber",
    ]
    first, second = learn(*table(rows, "action_plan")).items
    assert (first.kind, first.number, first.quote) == ("action", "R1", "Reissue the policy to every ward")
    assert first.addressees == ("maternity",)
    assert first.action
    assert (first.action.owner, first.action.due) == ("Head of Midwifery", "Sept 17")
    assert (first.action.evidence, first.action.status) == ("Spot checks", "Green")
    assert (second.number, second.quote, second.addressees) == (
        "R1",
        "Train practice nurses",
        ("health-commissioners",),
    )
    assert second.action
    assert second.action.evidence is None


def test_a_table_of_events_is_no_action_plan() -> None:
    rows = ["When | What happened | Who knew", "March 2012 | The boy was excluded | School"]
    assert not learn(*table(rows, "chronology")).items


def test_a_table_of_lessons_gives_both_lesson_and_action() -> None:
    rows = [
        "Learning | What we will do | Lead | Date",
        "Marks in babies need a same-day opinion | Brief all staff | Police | May",
    ]
    items = learn(*table(rows, "action_plan")).items
    assert [(found.kind, found.quote) for found in items] == [
        ("learning-point", "Marks in babies need a same-day opinion"),
        ("action", "Brief all staff"),
    ]


def test_a_heading_that_is_a_sentence_is_a_finding() -> None:
    text = "Finding 2: In this area the pressure to close cases leads workers to accept what they are told."
    (found,) = learn(replace(BLANK, kind="heading", section="findings", text=text)).items
    assert (found.kind, found.number, found.quote) == ("finding", "Finding 2", text.removeprefix("Finding 2: "))


def test_a_heading_that_is_a_number_belongs_to_the_passage_below_it() -> None:
    items = learn(
        replace(BLANK, kind="heading", section="recommendations", text="Recommendation 3"),
        recommendation("The Board should act."),
        recommendation("The police should act as well."),
    ).items
    assert [found.number for found in items] == ["3", None]


def test_the_legend_of_a_figure_states_nothing() -> None:
    assert item("45 40 35 30 25 n", "learning") is None


# --- the document as a whole --------------------------------------------------------------------------------------


def test_what_is_said_twice_is_joined_to_the_first_place() -> None:
    text = "The Board should seek assurance that every new mother is seen alone at least twice."
    shorter = "The Board should seek assurance that every new mother is seen alone twice."
    first, second, third = learn(
        recommendation(text, "R1"),
        recommendation("The police should remind officers of this.", "R2"),
        recommendation(shorter, "R1"),
    ).items
    assert (first.same_as, second.same_as, third.same_as) == (None, None, first.id)


def test_themes_and_risk_factors_of_the_case_rest_on_what_is_meant() -> None:
    learning = learn(
        replace(
            BLANK, text="Was information sharing good, and was there domestic abuse?", section="terms_of_reference"
        ),
        replace(BLANK, text="Supervision of the thresholds workshop was not recorded.", section="family"),
        replace(BLANK, text="Nobody took part in information sharing.", section="findings"),
        replace(BLANK, text="There was no evidence of domestic abuse. The family were homeless.", section="family"),
        replace(BLANK, text="The information sharing was late.", section="analysis"),
    )
    found = {concept.id: concept for concept in learning.concepts}
    assert set(found) == {"information-sharing", "housing-and-homelessness"}
    assert found["information-sharing"].evidence == ("p2", "p4")
    assert found["information-sharing"].score > found["housing-and-homelessness"].score > 0


def test_a_fact_of_a_child_that_concerns_another_is_none_of_the_case() -> None:
    of_mother = learn(replace(BLANK, text="The boy was well. Mother’s own low mood was seen.", section="family"))
    of_child = learn(replace(BLANK, text="The boy’s low mood was seen by his teacher.", section="family"))
    assert "child-mental-ill-health" not in {concept.id for concept in of_mother.concepts}
    assert "child-mental-ill-health" in {concept.id for concept in of_child.concepts}


def test_an_item_bears_the_concepts_in_its_words() -> None:
    found = item("The Board should audit information sharing about domestic abuse.", number="R1")
    assert found
    assert set(found.concepts) == {"information-sharing", "domestic-abuse"}


TEXTS = st.lists(
    st.sampled_from(
        [
            "The Board should act.",
            "It was poor.",
            "Recommendation 2:",
            "Finding 1.",
            "a) and",
            " | ",
            "To review it.",
            "Who knew?",
            "No. | Action | Lead | Date",
            "1 | Do it | Police | May",
            "\n",
            "“",
            "A lesson is this.",
            "",
        ]
    )
).map(" ".join)
PASSAGES = st.builds(
    Passage, st.just(""), st.just("document"), st.just(0),
    st.sampled_from(["paragraph", "heading", "list-item", "table-row", "box", "footnote"]),
    st.none() | st.sampled_from(["R1", "a)", "(ii)", "4.12", "Finding 2", "•", "CSC 2", "Learning point 1", ""]),
    st.just(2), st.just(2), st.none(), st.sampled_from(sorted(VOCABULARY.sections)), st.text(max_size=20),
    st.one_of(TEXTS, st.text()), st.just(()),
)  # fmt: skip


@given(st.lists(PASSAGES, max_size=8))
def test_every_item_quotes_its_passage(passages: list[Passage]) -> None:
    placed = [replace(passage, id=str(i), position=i) for i, passage in enumerate(passages)]
    learning = LEARNER.learn([TaggedPassage(passage, ()) for passage in placed])
    ids = [found.id for found in learning.items]
    assert len(set(ids)) == len(ids)
    for found in learning.items:
        text = placed[int(found.passage)].text
        assert found.quote == text[found.start : found.end] != ""
        assert found.text == " ".join(found.quote.split())
        assert found.kind in KINDS
        assert set(found.addressees) <= set(VOCABULARY.agencies)
        assert found.same_as is None or found.same_as in ids[: ids.index(found.id)]
    assert [int(found.passage) for found in learning.items] == sorted(int(found.passage) for found in learning.items)
