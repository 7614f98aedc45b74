"""Times clusterings of other libraries, for bench/suites/density.ts.

Arguments: raw float32 points and their columns. For each line "dbscan EPSILON MIN_SAMPLES", "LIBRARY MIN_CLUSTER_SIZE" with
the name of a package that has HDBSCAN, or the name of a linkage, it prints one of JSON: the milliseconds of one run, the number
of clusters and the package with its version; null where the library is missing. scikit-learn and fastcluster run on one
thread, hdbscan and fast_hdbscan on all cores.
"""
import importlib
import importlib.metadata
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))

PACKAGES = {"scikit-learn": "sklearn.cluster", "hdbscan": "hdbscan", "fast_hdbscan": "fast_hdbscan"}


def package_of(method):
    """Name and version of the package that has a method."""
    name = method if method in PACKAGES else "scikit-learn" if method == "dbscan" else "fastcluster"
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return name


def prepare(method, *numbers):
    if method == "dbscan":
        from sklearn.cluster import DBSCAN

        return lambda: DBSCAN(eps=float(numbers[0]), min_samples=int(numbers[1])).fit(points).labels_
    if method in PACKAGES:
        HDBSCAN = importlib.import_module(PACKAGES[method]).HDBSCAN
        cores = {"core_dist_n_jobs": os.cpu_count()} if method == "hdbscan" else {}
        if method == "fast_hdbscan":
            # Compiles.
            HDBSCAN(min_cluster_size=5).fit(points[:1000])
        return lambda: HDBSCAN(min_cluster_size=int(numbers[0]), **cores).fit(points).labels_
    import fastcluster

    return lambda: fastcluster.linkage_vector(points, method) if method in ("single", "ward") else fastcluster.linkage(
        points, method
    )


for line in sys.stdin:
    try:
        run = prepare(*line.split())
    except (ImportError, AttributeError):
        print("null", flush=True)
        continue
    start = time.perf_counter()
    found = run()
    milliseconds = 1000 * (time.perf_counter() - start)
    clusters = int(found.max()) + 1 if found.ndim == 1 else None
    package = package_of(line.split()[0])
    print(json.dumps({"milliseconds": milliseconds, "clusters": clusters, "package": package}), flush=True)
