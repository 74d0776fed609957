"""The picture of what another law would change, read back as XML."""

import xml.etree.ElementTree as ET
from itertools import pairwise

from jpki_oracle.audit.chart import changes_svg
from jpki_oracle.audit.what_if import Change, Part, WhatIf, WhatIfResult
from jpki_spec.laws import law

SVG = "{http://www.w3.org/2000/svg}"


def picture(*changes, name="cards.parquet", lang="en"):
    asked = WhatIf(name, law("2024-05-27"), law("next-card"), {})
    return ET.fromstring(changes_svg(WhatIfResult(asked, 100, 0, changes), lang))


def change(output="signature_expires", years=((2030, 30), (2031, 10)), ages=((-1, 1), (20, 39))):
    rows = sum(count for _, count in years)
    by_year, by_age = (tuple(Part(start, n, 365.0) for start, n in parts) for parts in (years, ages))
    return Change(output, rows, rows, 0, 0, 0, 365, 366, 365.0, by_age, by_year)


NOTHING = Change("card_expires", 0, 0, 0, 0, 0, None, None, None, (), ())


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def bars(root):
    """Each bar's title and height, left to right as drawn."""
    found = [rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    return {rect.find(f"{SVG}title").text: float(rect.get("height")) for rect in found}


def test_a_bar_is_as_tall_as_its_rows_are_many():
    drawn = bars(picture(change()))
    assert set(drawn) == {"2030: 30", "2031: 10", "–: 1", "20–29: 39"}
    assert drawn["2030: 30"] == 3 * drawn["2031: 10"] or abs(drawn["2030: 30"] / drawn["2031: 10"] - 3) < 0.01


def test_an_output_of_which_nothing_changes_has_no_bars_but_is_named():
    root = picture(NOTHING)
    assert bars(root) == {}
    assert any("card_expires" in text for text in texts(root))


def test_each_output_has_a_panel_below_the_one_before():
    root = picture(change("card_expires"), change("signature_expires"))
    placed = {text.text.split(":")[0]: float(text.get("y")) for text in root.iter(f"{SVG}text") if text.text}
    assert placed["card_expires"] < placed["signature_expires"] < float(root.get("height"))


def test_every_bar_lies_inside_of_the_picture_and_the_labels_of_many_years_do_not_overlap():
    root = picture(change(years=tuple((year, 1 + year % 7) for year in range(1980, 2080))))
    width = float(root.get("width"))
    for rect in root.iter(f"{SVG}rect"):
        assert 0 <= float(rect.get("x", 0)) <= width - float(rect.get("width"))
    labelled = [e for e in root.iter(f"{SVG}text") if (e.text or "").isdigit() and len(e.text) == 4]
    places = sorted(float(element.get("x")) for element in labelled)
    assert min(after - before for before, after in pairwise(places)) > 24


def test_a_name_with_signs_of_markup_is_written_as_text():
    assert picture(NOTHING, name="<cards> & 'more'").find(f"{SVG}title").text.startswith("<cards> & 'more'")


def test_the_japanese_picture_has_the_same_bars():
    english, japanese = picture(change()), picture(change(), lang="ja")
    assert bars(english) == bars(japanese)
    assert texts(english) != texts(japanese)
