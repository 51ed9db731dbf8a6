#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Count the results in a Meson test log: count-tests.py TESTLOG -> "PASSED FAILED SKIPPED"."""
import json
import sys

counts = [0, 0, 0]
with open(sys.argv[1], encoding="utf-8") as log:
    for line in log:
        result = json.loads(line)["result"]
        counts[0 if result == "OK" else 2 if result == "SKIP" else 1] += 1
print(*counts)
