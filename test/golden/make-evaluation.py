"""Writes evaluation.json: internal indices of the true classes of iris, wine and digits, by scikit-learn and SciPy.

OMP_NUM_THREADS=1 python3 test/golden/make-evaluation.py (scikit-learn 1.2.1, SciPy 1.10.1)

With a folder that holds fcps/ and sipu/ of the clustering benchmark suite by M. Gagolewski, which is not part of this
repository, it writes evaluation-shapes.json instead: the same of 21 shapes, and DBCV by its definition.
"""
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples

GOLDEN = Path(__file__).parent
TABLES = GOLDEN.parent / "data" / "tables"


def read(name):
    text = (gzip.open if name.endswith(".gz") else open)(TABLES / name, "rt").read().split()
    lines = text if name.startswith("digits") else text[1:]
    table = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    return table[:, :-1].astype(np.float32).astype(float), table[:, -1].astype(int)


def indices(points, classes):
    own = classes[:, None] == classes
    apart = cdist(points, points)
    means = np.array([points[classes == each].mean(axis=0) for each in range(classes.max() + 1)])
    toward = cdist(points, means)
    a = toward[np.arange(len(points)), classes]
    b = np.where(np.arange(len(means)) == classes[:, None], np.inf, toward).min(axis=1)
    result = {
        metric: float(silhouette_samples(points, classes, metric=metric).mean())
        for metric in ("euclidean", "manhattan", "cosine")
        if metric != "cosine" or points.any(axis=1).all()
    }
    return result | {
        "simplified": float(((b - a) / np.maximum(a, b)).mean()),
        "daviesBouldin": float(davies_bouldin_score(points, classes)),
        "calinskiHarabasz": float(calinski_harabasz_score(points, classes)),
        "withinClusterSumOfSquares": float(((points - means[classes]) ** 2).sum()),
        "dunn": float(apart[~own].min() / apart[own].max()),
    }


def spanning_tree(points, cores):
    """Kruskal's; of edges of one reachability the shorter first, and then that of the lower rows."""
    a, b = np.tril_indices(len(points), -1)
    distance = cdist(points, points)[a, b]
    reach = np.maximum(distance, np.maximum(cores[a], cores[b]))
    group = np.arange(len(points))
    tree = []
    for edge in np.lexsort((a, b, distance, reach)):
        x, y = group[a[edge]], group[b[edge]]
        if x != y:
            group[group == y] = x
            tree.append(edge)
            if len(tree) == len(points) - 1:
                break
    return a[tree], b[tree], reach[tree]


def dbcv(points, classes):
    parts = []
    for each in np.unique(classes):
        own = points[classes == each]
        own = own[np.lexsort(own.T[::-1])]
        apart = cdist(own, own)
        np.fill_diagonal(apart, np.inf)
        with np.errstate(divide="ignore"):
            cores = ((1 / apart ** own.shape[1]).sum(axis=1) / (len(own) - 1)) ** (-1 / own.shape[1])
        a, b, reach = spanning_tree(own, cores)
        inner = np.bincount(np.concatenate([a, b]), minlength=len(own)) > 1
        between = inner[a] & inner[b]
        parts.append((len(own), (reach[between] if between.any() else reach).max(), own[inner], cores[inner]))
    total = 0
    for size, sparseness, own, cores in parts:
        separation = min(
            np.maximum(np.maximum.outer(cores, others), cdist(own, other)).min()
            for _, _, other, others in parts
            if other is not own
        )
        total += size / len(points) * (separation - sparseness) / max(separation, sparseness)
    return float(total)


def read_shape(path):
    table = np.loadtxt(path).astype(np.float32).astype(float)
    return table, np.loadtxt(str(path).replace(".data", ".labels0")).astype(int) - 1


def write(name, golden):
    (GOLDEN / name).write_text(json.dumps(golden, indent=2) + "\n")


if len(sys.argv) > 1:
    shapes = {path.name.split(".")[0]: read_shape(path) for path in sorted(Path(sys.argv[1]).glob("*/*.data.gz"))}
    write("evaluation-shapes.json", {name: indices(*each) | {"dbcv": dbcv(*each)} for name, each in shapes.items()})
else:
    files = {"iris": "iris.csv", "wine": "wine_data.csv", "digits": "digits.csv.gz"}
    write("evaluation.json", {name: indices(*read(file)) for name, file in files.items()})
