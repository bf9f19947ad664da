from io import BytesIO

import pytest
from PIL import Image

from dashboards import painter


def test_a_picture_says_how_dense_it_is():
    stream = BytesIO()
    Image.new("RGB", (30, 30)).save(stream, format="PNG")
    with Image.open(BytesIO(painter.tagged(stream.getvalue()))) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_the_drawing_page_asks_nothing_of_other_hosts():
    assert "http" not in painter._page().generate_index()
