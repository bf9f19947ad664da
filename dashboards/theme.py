"""Colours, type and sizes. Checked for colour-blind readers and for grey photocopies."""

RED = "#A61B29"  # only for what is short of its target or has fallen
TEAL = "#1F7A8C"
AMBER = "#E3A72F"
AMBER_TEXT = "#8A5A00"
GREY = "#8C8C8C"
INK = "#262626"
SOFT = "#6B6B6B"
LINE = "#E4E1DC"
TRACK = "#EFEDE8"
PAPER = "#F6F4F0"
BLANK = "#E3E1DD"
SLATE = "#2F5D7C"
TARGET = "#A39D92"
BAND = "#E6F0F1"  # a target that is a band, behind the dots

STATUS = {"met": TEAL, "near": AMBER, "missed": RED}
STATUS_TEXT = {"met": TEAL, "near": AMBER_TEXT, "missed": RED}

DIVERGING = [[0.0, RED], [0.25, "#CF7C74"], [0.5, PAPER], [0.75, "#7FB0BA"], [1.0, "#1B5E6D"]]
SEQUENTIAL = [[0.0, "#F7F5F1"], [1.0, "#74A9B4"]]  # dark text reads on all of it

FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
PDF_FONT = "'WenQuanYi Zen Hei','WenQuanYi Micro Hei'," + FONT
"""A TrueType face first: of the others a PDF keeps shapes only, and nothing in it is found."""
SIZE = 12
HALO = ", ".join(f"{x}px {y}px 1px #FFFFFF" for x in (-2, 0, 2) for y in (-3, 0, 3))
"""Round a label that may come to stand over a line: the line stops short of the letters."""
