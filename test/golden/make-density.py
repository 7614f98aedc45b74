"""Writes density.json: what scikit-learn 1.2 and SciPy 1.10 say of tables by density.

Run in this folder. Every epsilon lies between two distances that are well apart, so that rounding decides nothing, and
the last columns of the tables, the classes, are left out. A label is a letter for each row, upper case for core points
and . for noise. Of the heights of single linkage of the mutual reachability, there are the sum and every sixteenth part.
"""
import json
import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.cluster import DBSCAN

METRICS = {"euclidean": "euclidean", "manhattan": "cityblock", "cosine": "cosine"}
TABLES = {
    "iris": (1, 5, {"euclidean": 0.5, "manhattan": 0.85, "cosine": 0.001}),
    "wine": (1, 6, {"euclidean": 2.3, "manhattan": 7, "cosine": 0.2}),
    "digits": (0, 4, {"euclidean": 22, "manhattan": 115, "cosine": 0.08}),
}
FILES = {"iris": "iris.csv", "wine": "wine_data.csv", "digits": "digits.csv.gz"}


def between(distances, wanted):
    ordered = np.sort(distances)
    at = np.searchsorted(ordered, wanted, side="right")
    while ordered[at] - ordered[at - 1] < 1e-5 * ordered[at]:
        at += 1
    return (ordered[at - 1] + ordered[at]) / 2


def letters(found):
    cores = set(found.core_sample_indices_)
    return "".join(
        "." if label < 0 else chr((65 if row in cores else 97) + label) for row, label in enumerate(found.labels_)
    )


def summary(heights):
    ordered = np.sort(heights)
    return {"sum": ordered.sum(), "parts": [ordered[(part * (len(ordered) - 1)) // 16] for part in range(17)]}


results = []
for name, (header, min_points, wanted) in TABLES.items():
    points = np.loadtxt(f"../data/tables/{FILES[name]}", delimiter=",", skiprows=header)[:, :-1]
    if name == "wine":
        points = (points - points.mean(0)) / points.std(0)
    for metric, named in METRICS.items():
        distances = pdist(points, named)
        epsilon = between(distances, wanted[metric])
        found = DBSCAN(eps=epsilon, min_samples=min_points, metric=metric).fit(points)
        cores = np.partition(squareform(distances), min_points - 1, axis=1)[:, min_points - 1]
        reachability = np.maximum(squareform(distances), np.maximum.outer(cores, cores))
        np.fill_diagonal(reachability, 0)
        results.append({
            "table": name,
            "metric": metric,
            "epsilon": epsilon,
            "minPoints": min_points,
            "labels": letters(found),
            "heights": summary(linkage(squareform(reachability), "single")[:, 2]),
        })
with open("density.json", "w") as file:
    json.dump(results, file, indent=1)
    file.write("\n")
