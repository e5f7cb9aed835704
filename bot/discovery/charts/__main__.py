"""Reads a chart as JSON from standard input, writes its PNG to standard output."""

from __future__ import annotations

import json
import sys

from bot.discovery.charts.drawing import draw_png
from bot.discovery.charts.records import read_chart

if __name__ == "__main__":
    sys.stdout.buffer.write(draw_png(read_chart(json.load(sys.stdin.buffer))))
