"""The numbers, letters and bullets that open paragraphs, in the schemes that reviews use."""

import pytest

from indexer.page.numbering import depth, is_list_item, opening


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("4.12\tThe baby", "4.12", "The baby"),
        ("9.2.3 The Board", "9.2.3", "The Board"),
        ("1. In January", "1", "In January"),
        ("R1\tThe Board should", "R1", "The Board should"),
        ("R1 The Board should", "R1", "The Board should"),
        ("WSCB 1\tTo review", "WSCB 1", "To review"),
        ("Recommendation 4: The trust", "Recommendation 4", "The trust"),
        ("Finding 2. In this area", "Finding 2", "In this area"),
        ("Learning point 3\tA baby", "Learning point 3", "A baby"),
        ("LP2. Ask again", "LP2", "Ask again"),
        ("(a) reviews its policy", "(a)", "reviews its policy"),
        ("a) reviews its policy", "a)", "reviews its policy"),
        ("(iv) When", "(iv)", "When"),
        ("Question 1: How confident", "Question 1", "How confident"),
    ],
)
def test_takes_the_number_off(text: str, number: str, rest: str) -> None:
    assert (opening(text).number, opening(text).text) == (number, rest)


@pytest.mark.parametrize(
    "text",
    [
        "2015 was the year",
        "In 2015 the family",
        "A third meeting",
        "6 May 2012",
        "COVID-19 was",
        "Finding the family was hard",
        "I was told",
        "Mr A. Smith",
    ],
)
def test_leaves_words_that_only_look_like_numbers(text: str) -> None:
    assert (opening(text).number, opening(text).text) == (None, text)


@pytest.mark.parametrize("bullet", ["•", "\uf0b7", "▪", "➢", "o", "–"])
def test_takes_bullets_off(bullet: str) -> None:
    found = opening(f"{bullet}\tthe midwife")
    assert (found.bullet, found.text, is_list_item(found)) == (True, "the midwife", True)


def test_a_lone_number_is_no_opening() -> None:
    assert opening("12").number is None


@pytest.mark.parametrize(
    ("number", "deep"), [("3", 1), ("3.1", 2), ("3.1.4", 3), ("R1", 1), ("Recommendation 1", None), ("(a)", None)]
)
def test_depth_of_a_heading_number(number: str, deep: int | None) -> None:
    assert depth(number) == deep
