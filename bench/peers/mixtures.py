"""Times Gaussian mixtures and the silhouette of scikit-learn on one thread, for bench/suites/mixtures.ts.

Arguments: "mixture, full", "mixture, diagonal" or "silhouette", raw float32 points, their columns, the number of groups,
that of iterations, and that of runs. Prints the milliseconds of each run after the first as JSON.
"""
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture

method = sys.argv[1]
columns, groups, iterations, runs = map(int, sys.argv[3:7])
points = np.fromfile(sys.argv[2], np.float32).reshape(-1, columns)
labels = np.arange(len(points)) % groups
warnings.filterwarnings("ignore")


def fit():
    """The first responsibilities are random, which takes less than those of k-means; the means are given."""
    kind = "full" if method.endswith("full") else "diag"
    model = GaussianMixture(
        groups,
        covariance_type=kind,
        means_init=points[:groups],
        init_params="random",
        max_iter=iterations,
        tol=1e-12,
    )
    model.fit_predict(points)


work = (lambda: silhouette_score(points, labels)) if method == "silhouette" else fit
samples = []
for run in range(runs + 1):
    start = time.perf_counter()
    work()
    samples.append(1000 * (time.perf_counter() - start))
print(json.dumps(samples[1:]))
