"""Writes connectivity.json: the structured hierarchies of scikit-learn 1.2 for tables, without their last columns, the
classes, and for pixels of a picture that numpy draws.

Run in this folder. Edges join each row to its nearest others, in a graph of one component, or pixels to those beside
them. Heights are in the order of the merges; a cut is a letter for each row. What ties decide is left out: whatever
changes when the points move by a millionth.
"""
import json
import warnings
import numpy as np
from sklearn.cluster import linkage_tree, ward_tree
from sklearn.feature_extraction.image import grid_to_graph
from sklearn.neighbors import kneighbors_graph

warnings.simplefilter("error")
TABLES = {"iris": ("iris.csv", 1, 40), "wine": ("wine_data.csv", 1, 5), "digits": ("digits.csv.gz", 0, 8)}
SIDES = (24, 31)


def cluster(points, edges, linkage):
    if linkage == "ward":
        children, _, _, _, heights = ward_tree(points, connectivity=edges, return_distance=True)
    else:
        children, _, _, _, heights = linkage_tree(points, connectivity=edges, linkage=linkage, return_distance=True)
    return np.asarray(children), np.asarray(heights)


def cut(children, clusters):
    rows = len(children) + 1
    above = np.arange(2 * rows - 1)
    for merge in range(rows - clusters - 1, -1, -1):
        above[children[merge]] = above[rows + merge]
    numbers = {}
    return "".join(chr(97 + numbers.setdefault(top, len(numbers))) for top in above[:rows])


def cases():
    for name, (file, header, neighbors) in TABLES.items():
        points = np.loadtxt(f"../data/tables/{file}", delimiter=",", skiprows=header)[:, :-1]
        if name == "wine":
            points = (points - points.mean(0)) / points.std(0)
        yield name, neighbors, points, lambda moved, k=neighbors: kneighbors_graph(moved, k, include_self=False)
    y, x = np.mgrid[: SIDES[0], : SIDES[1]]
    # As in connectivity.test.ts.
    shade = np.sin(y * 37 + x * 101 + x * y * 13) + 3 * (x > 17) + 5 * ((y - 12) ** 2 + (x - 9) ** 2 < 40)
    yield "pixels", None, shade.reshape(-1, 1), lambda moved: grid_to_graph(*SIDES)


random = np.random.default_rng(0)
results = []
for name, neighbors, points, graph in cases():
    for linkage in ("ward", "single", "complete", "average"):
        children, heights = cluster(points, graph(points), linkage)
        moved = []
        for _ in range(3):
            other = points + random.uniform(-1e-6, 1e-6, points.shape)
            moved.append(cluster(other, graph(other), linkage))
        result = {"table": name, "neighbors": neighbors, "linkage": linkage}
        if all(np.allclose(other, heights, rtol=0, atol=1e-5 * heights.max()) for _, other in moved):
            parts = [heights[(part * (len(heights) - 1)) // 16] for part in range(17)]
            result["heights"] = {"sum": heights.sum(), "parts": parts}
        cuts = {clusters: cut(children, clusters) for clusters in (3, 10)}
        result["cuts"] = {
            clusters: labels for clusters, labels in cuts.items() if all(cut(other, clusters) == labels for other, _ in moved)
        }
        results.append(result)
        print(name, linkage, "heights" in result, list(result["cuts"]), (np.diff(heights) < -1e-9).sum(), "inversions")
with open("connectivity.json", "w") as file:
    json.dump(results, file, indent=1)
    file.write("\n")
