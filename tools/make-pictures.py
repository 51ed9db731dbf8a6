#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw the example pictures, from nothing but arithmetic: make-pictures.py FOLDER."""
import math
import os
import struct
import sys
import zlib


def write_png(path, width, height, pixel):
    """An 8-bit RGB PNG (W3C PNG, second edition) of pixel(x, y) -> (r, g, b)."""
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows.extend(max(0, min(255, int(c))) for c in pixel(x, y))
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n")
        f.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        f.write(chunk(b"IDAT", zlib.compress(bytes(rows), 9)))
        f.write(chunk(b"IEND", b""))


def hills(x, y):
    """An evening over hills."""
    u, v = x / 480, y / 320
    sun = math.hypot(u - 0.68, (v - 0.38) * 0.67)
    if v > 0.62 + 0.06 * math.sin(u * 7) + 0.02 * math.sin(u * 23):
        return 34 + 20 * v, 62 + 30 * (1 - v), 40
    if v > 0.52 + 0.05 * math.sin(u * 4 + 2):
        return 70, 90 - 20 * v, 80
    if sun < 0.07:
        return 255, 226, 150
    glow = 90 * math.exp(-6 * sun)
    return 235 - 90 * (1 - v) + glow, 150 - 40 * (1 - v) + glow, 110 + 80 * (1 - v)


def boats(x, y):
    """Two boats on a lake."""
    u, v = x / 480, y / 320
    for cx, cy, size in ((0.3, 0.62, 0.11), (0.72, 0.7, 0.15)):
        dx, dy = (u - cx) / size, (v - cy) / size
        if 0 < dy < 0.35 and abs(dx) < 1 - dy:
            return 120, 60, 40
        if -1.5 < dy < -0.05 and 0 < dx < (1.5 + dy) * 0.6:
            return 245, 240, 230
    if v < 0.45:
        return 120 + 150 * v, 180 + 100 * v, 235
    return 40 + 30 * math.sin(v * 90 + 3 * math.sin(u * 20)), 110 + 40 * v, 160


def poster(x, y, scale=1.0):
    """A poster of rings and bars: what the example list knows."""
    u, v = x / (400 * scale), y / (400 * scale)
    ring = math.sin(40 * math.hypot(u - 0.35, v - 0.4))
    bars = math.sin(22 * (u + 0.6 * v))
    r = 200 if ring > 0 else 30
    g = 180 if bars > 0.2 else 60
    b = 220 * abs(math.sin(3 * u * v + 1)) + 20
    return r * (1 - 0.4 * v), g, b


def main():
    folder = sys.argv[1]
    write_png(os.path.join(folder, "picture-hills.png"), 480, 320, hills)
    write_png(os.path.join(folder, "picture-boats.png"), 480, 320, boats)
    # The listed poster, and what a re-poster made of it: smaller and darker.
    write_png(os.path.join(folder, "..", "lists", "poster-original.png"), 400, 400, poster)
    write_png(os.path.join(folder, "picture-known-copy.png"), 300, 300,
              lambda x, y: [c * 0.85 for c in poster(x, y, 0.75)])


main()
