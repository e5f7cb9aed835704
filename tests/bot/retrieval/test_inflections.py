"""Korean verbs in their forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.inflections import inflect, is_verb_ending


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("건너뛰다", ("건너뛰고", "건너뛴", "건너뛰어서", "건너뛸까", "건너뛰었다던데")),
        ("고치다", ("고치는", "고쳐서", "고쳤나요", "고친", "고치도록")),
        ("고르다", ("고르는", "골라서", "골랐던", "고를")),
        ("흐르다", ("흘러", "흐른")),
        ("쉽다", ("쉬운", "쉬워서", "쉽게")),
        ("만들다", ("만드는", "만든", "만들어서", "만들었지")),
        ("바꾸다", ("바꿔", "바꿨는지", "바꾼")),
        ("모으다", ("모아서", "모은", "모읍니다")),
        ("얼리다", ("얼려두고", "얼린", "얼렸더니", "얼리게끔", "얼리지않고")),
        ("섞다", ("섞은", "섞어서", "섞고")),
    ],
)
def test_a_form_begins_with_one_of_the_verbs_and_ends_as_verbs_do(
    verb: str, forms: tuple[str, ...]
) -> None:
    beginnings = inflect(verb)
    for form in forms:
        assert any(
            form.startswith(each) and is_verb_ending(form[len(each) :]) for each in beginnings
        ), form


@pytest.mark.parametrize("rest", ["고리즘", "드웨어", "국", "러닝머신"])
def test_what_goes_on_otherwise_is_another_word(rest: str) -> None:
    assert not is_verb_ending(rest)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=5))
def test_the_forms_of_any_stem_are_in_order_and_hold_it(stem: str) -> None:
    forms = inflect(f"{stem}다")

    assert stem in forms
    assert list(forms) == sorted(set(forms))
    assert all("가" <= char <= "힣" for form in forms for char in form)
