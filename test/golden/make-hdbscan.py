"""Writes hdbscan.json: what HDBSCAN of scikit-learn 1.4.2 says of iris, wine and digits.

OMP_NUM_THREADS=1 python3 test/golden/make-hdbscan.py

With a folder that holds fcps/ and sipu/ of the clustering benchmark suite by M. Gagolewski, which is not part of this
repository, it writes hdbscan-shapes.json instead: the same of 21 shapes.

scikit-learn takes edges of equal weight one after the other, in an order that depends on that of the rows. A core distance
is the weight of several edges, so that there always are some. Two clusters and a point may meet at one distance: it makes
the point one of a cluster that it leaves where that begins, or not. Here, such a point is none of it. Where clusters
depend on the order, nothing is expected: three of them meet, or parts that are too small would together be one beside
another, or the result differs for another order of the rows and after moves of a millionth of their range. These cases are
named on standard error. Measures of iris have one digit; it is written a second time with the points moved by some
hundredths, and so are digits, whose pixels are whole.

A case holds the number of clusters in the condensed tree, the sizes of the selected ones, numbered by their lowest row,
the CRC-32 of the labels as 32-bit integers, and of the probabilities the sum and that of every sixteenth part of the rows.
"""
import gzip
import json
import sys
import zlib
from pathlib import Path

import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.cluster._hdbscan._tree import _condense_tree

GOLDEN = Path(__file__).parent
TABLES = GOLDEN.parent / "data" / "tables"
# minClusterSize, minSamples, selection, and which birth of clusters epsilon lies at, of all: 0 for none.
SETTINGS = [
    (5, 5, "eom", 0),
    (5, 1, "eom", 0),
    (10, 4, "eom", 0),
    (20, 20, "eom", 0),
    (5, 5, "leaf", 0),
    (15, 8, "leaf", 0),
    (5, 5, "eom", 0.6),
    (8, 3, "leaf", 0.6),
]


def read(name):
    text = (gzip.open if name.endswith(".gz") else open)(TABLES / name, "rt").read().split()
    lines = text if name.startswith("digits") else text[1:]
    return np.array([[float(cell) for cell in line.split(",")] for line in lines])[:, :-1]


def moved(points):
    row, column = np.indices(points.shape)
    return points + (row * 7919 + column * 104729) % 1000 / 20000


def fit(points, metric, size, samples, selection, epsilon):
    """Labels by their lowest row, probabilities, the distances at which clusters of the condensed tree appear, and the merges."""
    found = HDBSCAN(
        min_cluster_size=size,
        min_samples=samples,
        metric=metric,
        cluster_selection_method=selection,
        cluster_selection_epsilon=epsilon,
    ).fit(points)
    condensed = _condense_tree(found._single_linkage_tree_, size)
    labels, strength = found.labels_.copy(), found.probabilities_.copy()
    inner = condensed[condensed["cluster_size"] > 1]
    outside = leaving_at_birth(condensed, inner, labels)
    labels[outside], strength[outside] = -1, 0
    return by_lowest_row(labels), strength, 1 / inner["value"], found._single_linkage_tree_


def leaving_at_birth(condensed, inner, labels):
    """Points of selected clusters that leave them at the distance at which they appear."""
    around = dict(zip(inner["child"], inner["parent"]))
    birth = dict(zip(inner["child"], inner["value"]))
    lines = condensed[condensed["cluster_size"] == 1]
    members = {}
    for parent, child in zip(lines["parent"], lines["child"]):
        while parent is not None:
            members.setdefault(parent, []).append(child)
            parent = around.get(parent)
    sizes = np.bincount(labels[labels >= 0])
    selected = {
        parent
        for parent, rows in members.items()
        if labels[rows[0]] >= 0 and (labels[rows] == labels[rows[0]]).all() and len(rows) == sizes[labels[rows[0]]]
    }
    return [
        child
        for parent, child, value in zip(lines["parent"], lines["child"], lines["value"])
        if parent in selected and birth.get(parent) == value
    ]


def by_lowest_row(labels):
    _, first = np.unique(labels, return_index=True)
    names = labels[np.sort(first)]
    numbers = {-1: -1} | {name: number for number, name in enumerate(names[names >= 0])}
    return np.array([numbers[label] for label in labels], np.int32)


def summary(labels, strength, births, _):
    rows = [part * (len(labels) - 1) // 16 for part in range(17)]
    return {
        "condensed": len(births) + 1,
        "sizes": np.bincount(labels[labels >= 0]).tolist(),
        "labels": zlib.crc32(labels.astype("<i4").tobytes()),
        "probabilities": {"sum": strength.sum(), "parts": strength[rows].tolist()},
    }


def is_decided(points, result, metric, size, *options):
    """Whether the order of equal weights decides nothing."""
    labels, strength, births, tree = result
    if any(matters(parts, size) for parts in events(tree)):
        return False
    random = np.random.default_rng(1)
    order = random.permutation(len(points))
    other = points + random.uniform(-1e-6, 1e-6, points.shape) * np.ptp(points)
    found, strengths, again, _ = fit(other[order], metric, size, *options)
    back, same = np.empty_like(found), np.empty_like(strengths)
    back[order], same[order] = found, strengths
    return len(births) == len(again) and (by_lowest_row(back) == labels).all() and abs(strength - same).max() < 1e-3


def matters(parts, size):
    parts = np.array(parts)
    large, small = (parts >= size).sum(), parts[parts < size].sum()
    return large > 2 or small >= (size if large else 2 * size)


def events(tree):
    """Sizes of the parts that meet at each distance, as float32 tells distances apart."""
    rows = len(tree) + 1
    waiting = [2 * rows - 2]
    while waiting:
        top = waiting.pop()
        height = tree["value"][top - rows]
        inner, parts = [top], []
        while inner:
            merge = tree[inner.pop() - rows]
            for child in (merge["left_node"], merge["right_node"]):
                if child < rows:
                    parts.append(1)
                elif tree["value"][child - rows] >= height * (1 - 1e-6):
                    inner.append(child)
                else:
                    parts.append(tree["cluster_size"][child - rows])
                    waiting.append(child)
        yield parts


def cases(name, points):
    points = points.astype(np.float32).astype(float)
    for metric in ("euclidean", "manhattan"):
        for size, samples, selection, share in SETTINGS:
            options = (points, metric, size, samples, selection)
            epsilon = 0
            if share:
                births = np.unique(fit(*options, 0)[2])
                at = int(share * (len(births) - 1))
                epsilon = float(births[at : at + 2].mean()) if len(births) else 1
            result = fit(*options, epsilon)
            what = {"table": name, "metric": metric, "minClusterSize": size, "minSamples": samples}
            what |= {"selection": selection, "epsilon": epsilon}
            if is_decided(points, result, *options[1:], epsilon):
                yield what | summary(*result)
            else:
                print("ties decide:", *what.values(), file=sys.stderr)


def write(name, tables):
    golden = [json.dumps(case) for name, points in tables.items() for case in cases(name, points)]
    (GOLDEN / name).write_text("[\n" + ",\n".join(golden) + "\n]\n")
    print(len(golden), "cases", file=sys.stderr)


if len(sys.argv) > 1:
    files = sorted(Path(sys.argv[1]).glob("*/*.data.gz"))
    write("hdbscan-shapes.json", {path.name.split(".")[0]: np.loadtxt(path) for path in files})
else:
    wine = read("wine_data.csv")
    iris, digits = read("iris.csv"), read("digits.csv.gz")
    tables = {"iris": iris, "iris, moved": moved(iris), "wine": (wine - wine.mean(0)) / wine.std(0)}
    write("hdbscan.json", tables | {"digits": digits, "digits, moved": moved(digits)})
