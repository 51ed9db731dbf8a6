#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write an assembly file that builds a data file into the library: embed.py NAME INPUT OUTPUT."""
import os
import sys

name, source, target = sys.argv[1:]
with open(target, "w", encoding="utf-8") as out:
    out.write(f"""    .section .rodata
    .hidden wn_asset_{name}_start
    .hidden wn_asset_{name}_end
    .global wn_asset_{name}_start
    .global wn_asset_{name}_end
    .balign 64
wn_asset_{name}_start:
    .incbin "{os.path.abspath(source)}"
wn_asset_{name}_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
""")
