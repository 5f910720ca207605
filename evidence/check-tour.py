#!/usr/bin/env python3
"""Re-checks a route answer with code that shares nothing with ours.

    check-tour.py INSTANCE [ANSWER.jsonl]      (or the answer on standard input)

INSTANCE is a TSPLIB .tsp file (EUC_2D, rounded distances) or a CSV with the header lat,lon or x,y. The answer is a
line of JSON that holds "tour" (0-based places in the instance's order) and "length", at the top or under "answer".
Prints one line and exits 0 when the tour is a permutation and its length is as claimed; else says why and exits 1.
"""
import json
import math
import sys

EARTH_RADIUS = 6371008.8


def read_instance(path):
    with open(path, encoding="utf-8-sig") as file:
        lines = [line.strip() for line in file]
    if "NODE_COORD_SECTION" in lines:
        points = []
        for line in lines[lines.index("NODE_COORD_SECTION") + 1 :]:
            if line == "EOF":
                break
            if line:
                points.append(tuple(float(cell) for cell in line.split()[1:3]))
        return points, True
    rows = [line for line in lines if line]
    header = rows[0].lower().replace(" ", "")
    points = [tuple(float(cell) for cell in row.split(",")) for row in rows[1:]]
    if header == "x,y":
        return points, False
    if header != "lat,lon":
        raise SystemExit(f"{path}: expected the header lat,lon or x,y, got {rows[0]}")
    lat0 = sum(lat for lat, _ in points) / len(points)
    lon0 = sum(lon for _, lon in points) / len(points)
    degree = math.pi / 180
    return [
        (EARTH_RADIUS * degree * math.cos(lat0 * degree) * (lon - lon0), EARTH_RADIUS * degree * (lat - lat0))
        for lat, lon in points
    ], False


def find_answer(text):
    for line in reversed(text.splitlines()):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        for found in (value, value.get("answer") if isinstance(value, dict) else None):
            if isinstance(found, dict) and "tour" in found and "length" in found:
                return found
    raise SystemExit("no line with a tour and a length")


def main():
    points, rounded = read_instance(sys.argv[1])
    text = open(sys.argv[2], encoding="utf-8").read() if len(sys.argv) > 2 else sys.stdin.read()
    answer = find_answer(text)
    tour, claimed = answer["tour"], answer["length"]
    if sorted(tour) != list(range(len(points))):
        raise SystemExit(f"not a permutation of 0 to {len(points) - 1}: {len(tour)} places, {len(set(tour))} different")
    length = 0.0
    for here, there in zip(tour, tour[1:] + tour[:1]):
        way = math.dist(points[here], points[there])
        length += int(way + 0.5) if rounded else way
    if abs(length - claimed) > (0 if rounded else 0.01):
        raise SystemExit(f"claimed {claimed}, recomputed {length}")
    print(f"ok: {len(tour)} places, length {claimed}")


main()
