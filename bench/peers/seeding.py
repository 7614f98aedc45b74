"""Fits k-means of scikit-learn, for bench/suites/seeding.ts.

Arguments: raw float32 points, their columns, the number of clusters, that of iterations at most, and that of seeds. Prints
the inertia of each seed as JSON.
"""
import json
import sys

import numpy as np
from sklearn.cluster import KMeans

columns, k, iterations, seeds = map(int, sys.argv[2:6])
points = np.fromfile(sys.argv[1], np.float32).reshape(-1, columns).astype(np.float64)


def fit(seed):
    return KMeans(k, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd", random_state=seed).fit(points)


print(json.dumps([fit(seed).inertia_ for seed in range(seeds)]))
