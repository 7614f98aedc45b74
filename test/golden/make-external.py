"""Writes external.json: what scikit-learn 1.2 and SciPy 1.10 say of pairs of labels, random and degenerate.

Run in this folder. Labels are a letter for each point. The F-measure is that of the assignment with the most matched
points, among several with the greatest F; with the best cluster of each class; and of pairs.
"""
import json
import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix, pair_confusion_matrix

LETTERS = [chr(33 + code) for code in range(94) if chr(33 + code) not in '"\\']


def describe(labels, truth):
    table = contingency_matrix(truth, labels)
    classes, clusters = table.sum(1, keepdims=True), table.sum(0)
    scores = classes * 2 * table / (classes + clusters)
    matched = linear_sum_assignment(table + scores / (2 * len(truth)), maximize=True)
    (_, apart_truth), (apart_labels, together) = pair_confusion_matrix(truth, labels).tolist()
    apart = apart_truth + apart_labels
    return {
        "labels": "".join(LETTERS[label] for label in labels),
        "truth": "".join(LETTERS[label] for label in truth),
        "adjustedRandIndex": metrics.adjusted_rand_score(truth, labels),
        "normalizedMutualInformation": metrics.normalized_mutual_info_score(truth, labels),
        "adjustedMutualInformation": metrics.adjusted_mutual_info_score(truth, labels),
        "homogeneity": metrics.homogeneity_score(truth, labels),
        "completeness": metrics.completeness_score(truth, labels),
        "vMeasure": metrics.v_measure_score(truth, labels),
        "purity": table.max(0).sum() / len(truth),
        "one-to-one": scores[matched].sum() / len(truth),
        "best-match": scores.max(1).sum() / len(truth),
        "pairs": 2 * together / (2 * together + apart) if together + apart else 1,
    }


random = np.random.default_rng(0)
pairs = [
    ([0], [1]),
    ([0, 0, 0], [1, 1, 1]),
    ([0, 0, 0], [0, 1, 2]),
    ([0, 1, 2], [0, 0, 0]),
    ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0]),
    ([0, 1, 0, 1], [0, 0, 1, 1]),
    ([0, 1, 2, 3], [0, 0, 1, 2]),
    ([0, 0, 1, 2], [0, 1, 2, 3]),
    ([0, 0, 1, 1, 2, 2], [1, 1, 2, 2, 0, 0]),
    (list(range(50)), [0] * 25 + [1] * 25),
]
for points, clusters, classes, agreement in [
    (7, 3, 2, 0), (20, 4, 4, 0.8), (60, 2, 9, 0.5), (120, 12, 5, 0.3), (200, 3, 3, 0.95), (300, 90, 20, 0.7), (500, 8, 8, 0),
]:
    truth = np.minimum(random.integers(0, classes, points), random.integers(0, classes, points))
    labels = np.where(random.random(points) < agreement, truth % clusters, random.integers(0, clusters, points))
    pairs.append((labels, truth))
with open("external.json", "w") as file:
    json.dump([describe(*pair) for pair in pairs], file, indent=1)
    file.write("\n")
