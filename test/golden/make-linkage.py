"""Writes linkage.json: the hierarchies of SciPy 1.10 for tables, without their last columns, the classes.

Run in this folder. Of the heights, there are the sum and every sixteenth part in ascending order; a cut is a letter for
each row. What ties decide is left out: whatever changes when the points move by a millionth.
"""
import json
import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist

METRICS = {"euclidean": "euclidean", "manhattan": "cityblock", "cosine": "cosine"}
LINKAGES = ["single", "complete", "average", "ward", "centroid"]
TABLES = {"iris": ("iris.csv", 1), "wine": ("wine_data.csv", 1), "digits": ("digits.csv.gz", 0)}


def cut(merges, clusters):
    rows = len(merges) + 1
    above = np.arange(2 * rows - 1)
    for merge in range(rows - clusters - 1, -1, -1):
        above[merges[merge, :2].astype(int)] = above[rows + merge]
    numbers = {}
    return "".join(chr(97 + numbers.setdefault(top, len(numbers))) for top in above[:rows])


def cluster(points, metric, method):
    if method in ("ward", "centroid"):
        return linkage(points, method)
    return linkage(pdist(points, METRICS[metric]), method)


random = np.random.default_rng(0)
results = []
for name, (file, header) in TABLES.items():
    points = np.loadtxt(f"../data/tables/{file}", delimiter=",", skiprows=header)[:, :-1]
    if name == "wine":
        points = (points - points.mean(0)) / points.std(0)
    for metric in METRICS:
        for method in LINKAGES[: 5 if metric == "euclidean" else 3]:
            merges = cluster(points, metric, method)
            moved = [cluster(points + random.uniform(-1e-6, 1e-6, points.shape), metric, method) for _ in range(3)]
            heights = np.sort(merges[:, 2])
            result = {"table": name, "metric": metric, "linkage": method}
            if all(np.allclose(np.sort(other[:, 2]), heights, rtol=0, atol=1e-5 * heights[-1]) for other in moved):
                parts = [heights[(part * (len(heights) - 1)) // 16] for part in range(17)]
                result["heights"] = {"sum": heights.sum(), "parts": parts}
            cuts = {clusters: cut(merges, clusters) for clusters in ((10,) if name == "digits" else (3, 10))}
            result["cuts"] = {
                clusters: labels
                for clusters, labels in cuts.items()
                if all(cut(other, clusters) == labels for other in moved)
            }
            results.append(result)
with open("linkage.json", "w") as file:
    json.dump(results, file, indent=1)
    file.write("\n")
