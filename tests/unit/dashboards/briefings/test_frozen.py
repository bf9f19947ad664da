"""Random names and times of other programs are taken out, and nothing else."""

from datetime import datetime

from dashboards.briefings.frozen import frozen_pdf, frozen_svg

AT = datetime(2026, 10, 26, 17)


def test_the_random_names_of_a_drawing_are_numbered_and_colours_stay():
    drawing = b'<g id="defs-%s"/><g class="trace bars trace%s"/><a id="p%s-%s" fill="#a1b2c3"/>'
    one = frozen_svg(drawing % (b"183d7d", b"a1b2c3", b"183d7d", b"d58dba"))
    two = frozen_svg(drawing % (b"3281d2", b"0f0f0f", b"3281d2", b"111111"))
    assert one == two.replace(b"#a1b2c3", b"#a1b2c3")
    assert b'fill="#a1b2c3"' in one
    assert b'id="p000001-000003"' in one


def test_both_times_of_a_pdf_are_the_given_one_and_its_length_stays():
    told = b"/CreationDate (D:20261122095538+00'00')\n/ModDate (D:20261122095538+00'00')"
    made = frozen_pdf(told, AT)
    assert made == told.replace(b"20261122095538", b"20261026170000")
    assert len(frozen_pdf(b"/CreationDate(D:20261122095538Z')", AT)) == 33


def test_the_random_name_of_a_pdf_is_blank():
    told = b"/ID [ <" + b"A1" * 16 + b">\n<" + b"B2" * 16 + b"> ]"
    assert frozen_pdf(told, AT) == b"/ID [ <" + b"0" * 32 + b">\n<" + b"0" * 32 + b"> ]"
