"""Writes evaluation.json: internal indices of the true classes of iris, wine and digits, by scikit-learn and SciPy.

OMP_NUM_THREADS=1 python3 test/golden/make-evaluation.py (scikit-learn 1.2.1, SciPy 1.10.1)
"""
import gzip
import json
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
    }
    return result | {
        "simplified": float(((b - a) / np.maximum(a, b)).mean()),
        "daviesBouldin": float(davies_bouldin_score(points, classes)),
        "calinskiHarabasz": float(calinski_harabasz_score(points, classes)),
        "withinClusterSumOfSquares": float(((points - means[classes]) ** 2).sum()),
        "dunn": float(apart[~own].min() / apart[own].max()),
    }


files = {"iris": "iris.csv", "wine": "wine_data.csv", "digits": "digits.csv.gz"}
golden = {name: indices(*read(file)) for name, file in files.items()}
(GOLDEN / "evaluation.json").write_text(json.dumps(golden, indent=2) + "\n")
