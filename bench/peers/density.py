"""Times clusterings of other libraries, for bench/suites/density.ts.

Arguments: raw float32 points and their columns. For each line "dbscan EPSILON MIN_SAMPLES", "hdbscan MIN_CLUSTER_SIZE" or the
name of a linkage, it prints one of JSON: the milliseconds of one run, on one thread, and the number of clusters; null where
the library is missing.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))


def prepare(method, *numbers):
    if method == "dbscan":
        from sklearn.cluster import DBSCAN

        return lambda: DBSCAN(eps=float(numbers[0]), min_samples=int(numbers[1])).fit(points).labels_
    if method == "hdbscan":
        from sklearn.cluster import HDBSCAN

        return lambda: HDBSCAN(min_cluster_size=int(numbers[0])).fit(points).labels_
    import fastcluster

    return lambda: fastcluster.linkage_vector(points, method) if method in ("single", "ward") else fastcluster.linkage(
        points, method
    )


for line in sys.stdin:
    try:
        run = prepare(*line.split())
    except ImportError:
        print("null", flush=True)
        continue
    start = time.perf_counter()
    found = run()
    milliseconds = 1000 * (time.perf_counter() - start)
    clusters = int(found.max()) + 1 if found.ndim == 1 else None
    print(json.dumps({"milliseconds": milliseconds, "clusters": clusters}), flush=True)
