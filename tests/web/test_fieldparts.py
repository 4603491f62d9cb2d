"""What stands around a field is escaped as a template would have it, and stands only where there is any."""

from markupsafe import Markup

from tthc_tracker.web import fieldparts


def test_whatever_a_label_a_hint_and_a_fault_say_is_escaped_unless_it_is_markup() -> None:
    made = fieldparts.label(
        'a"b', "Tên <b>", required=False, hint=Markup("<i>gợi ý</i>"), errors=("<x>", "&")
    )
    assert 'for="a&#34;b"' in made
    assert "Tên &lt;b&gt;</label>" in made
    assert '<div class="form-hint" id="a&#34;b-hint"><i>gợi ý</i></div>' in made
    assert "&lt;x&gt; &amp;</span></div>" in made


def test_without_a_hint_and_a_fault_nothing_is_noted_and_nothing_describes() -> None:
    assert fieldparts.notes("a") == ""
    assert fieldparts.described("a") == ""
    assert fieldparts.described("a", "gợi ý", ("sai",)) == "a-hint a-error"


def test_a_box_is_ticked_for_each_value_that_is_among_them() -> None:
    made = fieldparts.boxes("cot", [("a", "<Một>"), ("b", "Hai")], ["b"], prefix="c")
    box = '<div class="form-check"><input class="form-check-input" type="checkbox"'
    assert made == (
        f'{box} id="c-a" name="cot" value="a"> '
        '<label class="form-check-label" for="c-a">&lt;Một&gt;</label></div>'
        f'{box} id="c-b" name="cot" value="b" checked> '
        '<label class="form-check-label" for="c-b">Hai</label></div>'
    )


def test_the_choice_of_a_value_is_selected_whatever_kind_it_is_of() -> None:
    made = fieldparts.options([(1, "Một"), ("2", "<Hai>")], "1")
    assert made == '<option value="1" selected>Một</option><option value="2">&lt;Hai&gt;</option>'
    assert " selected" not in fieldparts.options([("1", "Một")], None)
