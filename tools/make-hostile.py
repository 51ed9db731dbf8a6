#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make hostile and broken items for tests: tools/make-hostile.py FOLDER [--large] [--filesystem]

Prints one line an item: its name, a tab, what it is. The bytes are the same on every run.
--large adds a line of 50 MB and a sparse file of 2 GB, --filesystem a FIFO, a loop of symbolic
links, a dangling one and a folder without permissions. Needs nothing but Python.
"""
import argparse
import os
import random
import struct
import sys
import zlib

SIDE = 256


def texture(x, y):
    """A picture that does not compress to nothing, so that cutting it short means something."""
    return (x * 2 + y * 3 + (x * y) // 64 + (x * 7919 + y * 104729) % 13) & 255


# PNG

def png_chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


def png_head(width, height):
    return b'\x89PNG\r\n\x1a\n' + png_chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0))


def png(width, height, rows=None):
    if rows is None:
        rows = b''.join(b'\0' + bytes(texture(x, y) for x in range(width)) for y in range(height))
    return png_head(width, height) + png_chunk(b'IDAT', zlib.compress(rows, 9)) + png_chunk(b'IEND', b'')


# GIF: nine-bit codes, the table cleared before it outgrows them

def gif_frame(width, height):
    codes = []
    for i in range(width * height):
        if i % 250 == 0:
            codes.append(256)
        codes.append(texture(i % width, i // width) & 15)
    codes.append(257)
    value = bits = 0
    data = bytearray()
    for code in codes:
        value |= code << bits
        bits += 9
        while bits >= 8:
            data.append(value & 255)
            value >>= 8
            bits -= 8
    data.append(value & 255)
    blocks = b''.join(bytes([len(data[i:i + 255])]) + bytes(data[i:i + 255]) for i in range(0, len(data), 255))
    return b'\x21\xf9\x04\0\x0a\0\0\0,' + struct.pack('<HHHHB', 0, 0, width, height, 0) + b'\x08' + blocks + b'\0'


def gif(width, height, frames=1, screen=None):
    colors = b''.join(bytes([i * 17] * 3) for i in range(16))
    head = b'GIF89a' + struct.pack('<HHBBB', *(screen or (width, height)), 0x83, 0, 0) + colors
    return head + gif_frame(width, height) * frames + b';'


# JPEG: grey blocks of one tone each, with the tables of the standard's annex K

DC_BITS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]


def huffman(bits, values):
    table, code, at = {}, 0, 0
    for length, count in enumerate(bits, 1):
        for _ in range(count):
            table[values[at]] = (code, length)
            code, at = code + 1, at + 1
        code <<= 1
    return table


class Bits:
    def __init__(self):
        self.value = self.count = 0
        self.out = bytearray()

    def put(self, value, count):
        self.value, self.count = self.value << count | value, self.count + count
        while self.count >= 8:
            byte = self.value >> (self.count - 8) & 255
            self.out += bytes([byte, 0]) if byte == 255 else bytes([byte])
            self.count -= 8
            self.value &= (1 << self.count) - 1

    def done(self):
        if self.count:
            self.put((1 << (8 - self.count)) - 1, 8 - self.count)
        return bytes(self.out)


def jpeg_segment(marker, body):
    return bytes([255, marker]) + struct.pack('>H', len(body) + 2) + body


def jpeg_head(width, height, progressive):
    return (b'\xff\xd8' + jpeg_segment(0xe0, b'JFIF\0\x01\x01\0\0\x01\0\x01\0\0')
            + jpeg_segment(0xdb, b'\0' + bytes([8] * 64))
            + jpeg_segment(0xc2 if progressive else 0xc0, struct.pack('>BHHB', 8, height, width, 1) + b'\x01\x11\0')
            + jpeg_segment(0xc4, b'\0' + bytes(DC_BITS) + bytes(range(12)))
            + jpeg_segment(0xc4, b'\x10' + bytes([1] + [0] * 15) + b'\0'))  # one AC code: end of block


def jpeg_tones(width, height, end_of_block):
    table, bits, last = huffman(DC_BITS, range(12)), Bits(), 0
    for y in range(0, height, 8):
        for x in range(0, width, 8):
            tone = texture(x, y) - 128
            step, last = tone - last, tone
            size = abs(step).bit_length()
            bits.put(*table[size])
            if size:
                bits.put(step if step > 0 else step + (1 << size) - 1, size)
            if end_of_block:
                bits.put(0, 1)
    return bits.done()


def jpeg(width, height):
    return (jpeg_head(width, height, False) + jpeg_segment(0xda, b'\x01\x01\0\0\x3f\0')
            + jpeg_tones(width, height, True) + b'\xff\xd9')


def jpeg_scans(width, height, scans):
    """A progressive file that refines the same bit again and again."""
    blocks = (width // 8) * (height // 8)
    refine = jpeg_segment(0xda, b'\x01\x01\0\0\0\x10') + bytes([0x55] * ((blocks + 7) // 8))
    return (jpeg_head(width, height, True) + jpeg_segment(0xda, b'\x01\x01\0\0\0\x01')
            + jpeg_tones(width, height, False) + refine * scans + b'\xff\xd9')


# WebP: lossless, four channels of eight-bit codes of equal length

def webp_chunk(kind, body):
    return kind + struct.pack('<I', len(body)) + body + b'\0' * (len(body) & 1)


def webp_riff(body):
    return b'RIFF' + struct.pack('<I', len(body) + 4) + b'WEBP' + body


def webp(width, height):
    bits, count, out = 0, 0, bytearray(b'\x2f')

    def put(value, n):
        nonlocal bits, count
        bits, count = bits | value << count, count + n
        while count >= 8:
            out.append(bits & 255)
            bits, count = bits >> 8, count - 8

    put(width - 1, 14)
    put(height - 1, 14)
    put(0, 1 + 3 + 1 + 1 + 1)  # no alpha, version 0, no transform, no colour cache, no meta codes
    # Green: of 280 symbols, the first 256 have eight bits and the lengths and caches none.
    put(0, 1)
    put(12 - 4, 4)  # lengths of code lengths, in the format's own order: 17 18 0 1 2 3 4 5 16 6 7 8
    for symbol in (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8):
        put(1 if symbol in (0, 8) else 0, 3)
    put(0, 1)  # all symbols are listed
    for symbol in range(280):
        put(1 if symbol < 256 else 0, 1)
    for value in (0, 0, 255, 0):  # red, blue, alpha, distance: one symbol each
        put(1, 1)
        put(0, 1)
        put(1, 1)
        put(value, 8)
    for y in range(height):
        for x in range(width):
            put(int('{:08b}'.format(texture(x, y))[::-1], 2), 8)
    put(0, 8)
    return webp_riff(webp_chunk(b'VP8L', bytes(out)))


def webp_claim(width, height):
    canvas = b'\0\0\0\0' + struct.pack('<I', width - 1)[:3] + struct.pack('<I', height - 1)[:3]
    return webp_riff(webp_chunk(b'VP8X', canvas) + webp_chunk(b'VP8L', b'\x2f\0\0\0\0'))


# What is written

def flipped(data, seed, flips=12):
    out, rng = bytearray(data), random.Random(seed)
    for _ in range(flips):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def items():
    good = {'jpg': jpeg(SIDE, SIDE), 'png': png(SIDE, SIDE), 'gif': gif(SIDE, SIDE), 'webp': webp(SIDE, SIDE)}
    for ext, data in good.items():
        yield 'good.' + ext, 'a sound picture', data
        yield 'cut-early.' + ext, 'a picture of which a quarter is there', data[:len(data) // 4]
        yield 'cut-late.' + ext, 'a picture of which nine tenths are there', data[:len(data) * 9 // 10]
        yield 'cut-header.' + ext, 'a picture that ends within its header', data[:20 if ext != 'gif' else 12]
        for seed in range(1, 4):
            yield f'flipped-{seed}.{ext}', 'a picture with twelve bits flipped', flipped(data, seed)
    yield 'claims-100000.png', 'a picture that claims 100000 x 100000 pixels', png_head(100000, 100000)
    yield 'claims-65535.jpg', 'a picture that claims 65535 x 65535 pixels', jpeg_head(65535, 65535, False)
    yield 'claims-65535.gif', 'a picture that claims 65535 x 65535 pixels', gif(1, 1, screen=(65535, 65535))
    yield 'claims-16777216.webp', 'a picture that claims 16777216 x 200 pixels', webp_claim(1 << 24, 200)
    yield 'bomb.png', 'a picture of 48 million pixels in a few kB', png(8000, 6000, (b'\0' * 8001) * 6000)
    yield 'frames-10000.gif', 'an animation of 10,000 frames', gif(16, 16, 10000)
    yield 'larger-than-screen.gif', 'a frame larger than its screen', gif(64, 64, screen=(1, 1))
    yield 'scans-300.jpg', 'a progressive picture of 301 scans', jpeg_scans(SIDE, SIDE, 300)
    yield 'text.jpg', 'a text named as a picture', b'see you at the library\n'
    yield 'picture.txt', 'a picture named as a text', good['png']
    yield 'empty.txt', 'nothing', b''
    yield 'invalid-utf8.txt', 'a text with broken bytes', b'see you \xff\xfe at the \xc3( library \xed\xa0\x80\n'
    yield 'nul.txt', 'a text with NUL bytes', b'see you\0 at the lib\0rary\n'
    yield 'drawing.svg', 'a picture format that is known and not read', b'<svg xmlns="http://www.w3.org/2000/svg"/>\n'
    yield 'noise.bin', 'bytes of no format', b'\0\x01' + random.Random(1).randbytes(4096)


def write_items(folder):
    for name, what, data in items():
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)
        print(name, what, sep='\t')


def write_large(folder):
    with open(os.path.join(folder, 'long-line.txt'), 'wb') as f:
        for _ in range(50):
            f.write(b'see you at the library, ' * 41667)
    print('long-line.txt', 'one line of 50 MB', sep='\t')
    with open(os.path.join(folder, 'sparse.bin'), 'wb') as f:
        f.truncate(2 << 30)
    print('sparse.bin', 'a sparse file of 2 GB', sep='\t')


def write_filesystem(folder):
    def at(name):
        return os.path.join(folder, name)

    for name in ('fifo', 'loop-a', 'loop-b', 'dangling'):
        if os.path.lexists(at(name)):
            os.unlink(at(name))
    os.mkfifo(at('fifo'))
    os.symlink('loop-b', at('loop-a'))
    os.symlink('loop-a', at('loop-b'))
    os.symlink('nowhere', at('dangling'))
    os.makedirs(at('locked'), exist_ok=True)
    os.chmod(at('locked'), 0)
    print('fifo', 'a FIFO that nobody writes to', sep='\t')
    print('loop-a', 'a loop of symbolic links', sep='\t')
    print('dangling', 'a symbolic link to nothing', sep='\t')
    print('locked', 'a folder without permissions', sep='\t')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder')
    parser.add_argument('--large', action='store_true')
    parser.add_argument('--filesystem', action='store_true')
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    write_items(args.folder)
    if args.large:
        write_large(args.folder)
    if args.filesystem:
        write_filesystem(args.folder)


if __name__ == '__main__':
    sys.exit(main())
