"""Tags: which concepts the words of a text show, and whether they are meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import taxonomy
from indexer.errors import ConfigError
from indexer.records import Passage, Tag
from indexer.tag import Tagger

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
VOCABULARY = taxonomy.load(CORPUS)
CONCEPTS = list(VOCABULARY.concepts.values())
TAGGER = Tagger(VOCABULARY, CORPUS)
PRESENT = {"affirmed", "historical", "alleged"}
STATUSES = PRESENT | {"negated", "hypothetical", "other-case", "generic", "boilerplate"}
WORDS = st.sampled_from(
    [alias for concept in CONCEPTS for alias in concept.aliases[:3]]
    + ["no", "not", "whether", "Mother", "the", "Baby Q", "-", "–", ".", "?", ";", "(2011)", "curiosity12", "’s", "\n"]
)


def passage(text: str, section: str = "analysis", kind: str = "paragraph") -> Passage:
    return Passage("p1", "document", 0, kind, None, 1, 1, None, section, "Heading", text, ())


def tags(text: str, section: str = "analysis", kind: str = "paragraph") -> dict[str, Tag]:
    (tagged,) = TAGGER.tag([passage(text, section, kind)])
    return {tag.concept: tag for tag in tagged.tags}


# --- the vocabulary's own examples --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concept", "text"), [(concept.id, near.text) for concept in CONCEPTS for near in concept.near_misses]
)
def test_a_near_miss_is_not_tagged(concept: str, text: str) -> None:
    assert not [tag for tag in TAGGER.tag_text(text) if tag.concept == concept and tag.status in PRESENT]


@pytest.mark.parametrize(("concept", "text"), [(concept.id, text) for concept in CONCEPTS for text in concept.examples])
def test_an_example_is_tagged(concept: str, text: str) -> None:
    assert concept in {tag.concept for tag in TAGGER.tag_text(text)}


# --- which words match --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("multi-agency-working", "Multi-agency working was weak."),
        ("multi-agency-working", "Multi–agency working was weak."),
        ("multi-agency-working", "multi agency working was weak"),
        ("co-sleeping-unsafe-sleep", "The couple were cosleeping with the baby."),
        ("rule-of-optimism", "Workers shared a Rule of Optimism12 about the couple."),
        ("voice-of-the-child", "The child's voice was missing from the file."),
        ("voice-of-the-child", "The child’s voice was missing from the file."),
        ("written-agreements", "Three written agreements were broken."),
        ("information-sharing", "The sharing of this information came too late."),
        ("information-sharing", "Nobody had shared the information."),
        ("step-down-and-closure", "The CASE CLOSURE was hasty."),
    ],
)
def test_hyphens_apostrophes_plurals_and_tenses_are_folded(concept: str, text: str) -> None:
    assert concept in tags(text)


def test_a_capital_acronym_stands_in_capitals_and_alone() -> None:
    assert "child-sexual-exploitation" in tags("The signs of CSE were plain.")
    assert "child-sexual-exploitation" not in tags("The cse file and the CSEX form were closed.")


def test_the_longest_phrase_wins() -> None:
    assert "supervision" not in tags("Practitioners saw a lack of parental supervision at the flat.", "findings")
    assert "commissioning-and-service-gaps" not in tags("The Care Quality Commission inspected the ward.", "findings")


def test_a_word_that_needs_context_counts_only_in_a_statement_of_learning() -> None:
    text = "The team spoke of supervision at length."
    assert "supervision" not in tags(text, "chronology")
    assert tags(text, "findings")["supervision"].status == "affirmed"


def test_words_do_not_join_across_a_stop() -> None:
    assert "information-sharing" not in tags("The two agencies would share. Information was plentiful.")


# --- whether they are meant ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "concept", "status"),
    [
        ("There was no evidence of domestic abuse.", "domestic-abuse", "negated"),
        ("There was nothing in the file to suggest sexual exploitation.", "child-sexual-exploitation", "negated"),
        ("Neither parent was known to be homeless.", "housing-and-homelessness", "negated"),
        ("Domestic abuse was ruled out by the officer.", "domestic-abuse", "negated"),
        ("It cannot be said that the couple were homeless.", "housing-and-homelessness", "negated"),
        ("The review found no sign of disguised compliance.", "disguised-compliance", "negated"),
        (
            "No evidence of bullying was found, but the girl was homeless by June.",
            "housing-and-homelessness",
            "affirmed",
        ),
        ("There is no evidence that anyone asked about domestic abuse.", "domestic-abuse", "generic"),
        ("There was no lead professional and no chronology.", "multi-agency-working", "affirmed"),
        ("It cannot be said that information was not shared.", "information-sharing", "affirmed"),
        ("Did domestic abuse play a part?", "domestic-abuse", "hypothetical"),
        ("Consideration was given to whether the girl was homeless.", "housing-and-homelessness", "hypothetical"),
        ("Mother had been homeless as a teenager.", "housing-and-homelessness", "historical"),
        ("It was alleged that there was domestic abuse in the flat.", "domestic-abuse", "alleged"),
        ("Domestic abuse was mentioned by a neighbour, which was never confirmed.", "domestic-abuse", "alleged"),
        ("Allegations of domestic abuse were made and withdrawn.", "domestic-abuse", "alleged"),
        ("In an earlier review, that of Child D, this Board found domestic abuse.", "domestic-abuse", "other-case"),
        ("Nationally, domestic abuse stands behind many reviews.", "domestic-abuse", "generic"),
        ("Domestic abuse is often followed by harm to a baby (Tolland, 2014).", "domestic-abuse", "generic"),
        ("The domestic abuse strategy was relaunched.", "domestic-abuse", "generic"),
        ("Officers attended because of domestic abuse on three nights.", "domestic-abuse", "affirmed"),
    ],
)
def test_status(text: str, concept: str, status: str) -> None:
    assert tags(text)[concept].status == status


def test_the_trigger_is_the_words_that_decided() -> None:
    assert tags("There was no evidence of domestic abuse.")["domestic-abuse"].trigger == "no evidence of"


@pytest.mark.parametrize("section", ["terms_of_reference", "methodology", "glossary", "process", "toc"])
def test_what_stands_in_boilerplate_is_boilerplate(section: str) -> None:
    text = "Was information sharing timely, and was domestic abuse understood?"
    assert {tag.status for tag in tags(text, section).values()} == {"boilerplate"}


def test_a_question_for_the_board_is_the_matter_itself() -> None:
    found = tags("How does the Board know that information sharing is timely in domestic abuse?", "questions_for_board")
    assert (found["information-sharing"].status, found["information-sharing"].polarity) == ("affirmed", "neutral")
    assert found["domestic-abuse"].status == "generic"


# --- how practice is judged, and of whom --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "section", "polarity"),
    [
        ("Information sharing was poor.", "analysis", "shortfall"),
        ("Information sharing was exemplary.", "analysis", "strength"),
        ("Information sharing was prompt and yet failed the child.", "analysis", "mixed"),
        ("Information sharing was good in places and poor in others.", "analysis", "mixed"),
        ("The Board should audit information sharing.", "recommendations", "neutral"),
    ],
)
def test_polarity(text: str, section: str, polarity: str) -> None:
    assert tags(text, section)["information-sharing"].polarity == polarity


def test_a_heading_that_names_a_theme_is_neutral() -> None:
    tag = tags("Information sharing", kind="heading")["information-sharing"]
    assert (tag.status, tag.polarity) == ("affirmed", "neutral")


@pytest.mark.parametrize(
    ("text", "concept", "about"),
    [
        ("Mother had schizophrenia.", "parental-mental-ill-health", "mother"),
        ("The baby was ill. Father had schizophrenia.", "parental-mental-ill-health", "father"),
        ("Schizophrenia was diagnosed.", "parental-mental-ill-health", "carer"),
        ("The boy was well. Mother’s own low mood was seen.", "child-mental-ill-health", "mother"),
        ("Her stepfather's cannabis use was known.", "parental-drug-misuse", "father"),
        ("Information sharing with Mother was poor.", "information-sharing", "agency"),
    ],
)
def test_about(text: str, concept: str, about: str) -> None:
    assert tags(text, "family")[concept].about == about


# --- for any text -------------------------------------------------------------------------------------------------


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
def test_every_quote_lies_in_its_text(text: str) -> None:
    for tag in TAGGER.tag_text(text):
        assert tag.quote == text[tag.start : tag.end] != ""
        assert VOCABULARY.concepts[tag.concept].facet == tag.facet
        assert tag.status in STATUSES
        assert (tag.polarity is None) == (tag.facet == "risk_factor")
        assert tag.method in ("rule", "model")


@given(st.lists(WORDS).map(" ".join))
def test_tags_stand_in_the_order_of_their_words_and_come_out_the_same_again(text: str) -> None:
    found = TAGGER.tag_text(text)
    assert [tag.start for tag in found] == sorted(tag.start for tag in found)
    assert TAGGER.tag_text(text) == found


def test_a_fault_in_the_rules_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "taxonomies").mkdir()
    with pytest.raises(ConfigError, match=r"matching\.toml"):
        Tagger(VOCABULARY, tmp_path)


def test_print_without_words_is_not_tagged_and_a_sentence_without_end_is() -> None:
    assert TAGGER.tag_text("(" * 5000 + " domestic abuse") == ()
    endless = TAGGER.tag_text("there was no evidence of domestic abuse and " * 60)
    assert {tag.status for tag in endless if tag.concept == "domestic-abuse"} == {"negated"}
