"""Times DBSCAN of scikit-learn, for bench/suites/density.ts.

Arguments: raw float32 points, their columns, epsilon, min_samples and the number of runs. Prints a line of JSON: the
milliseconds of each run after the first, and the number of clusters.
"""
import json
import sys
import time

import numpy as np
from sklearn.cluster import DBSCAN

points = np.fromfile(sys.argv[1], np.float32).reshape(-1, int(sys.argv[2]))
model = DBSCAN(eps=float(sys.argv[3]), min_samples=int(sys.argv[4]))
samples = []
for run in range(int(sys.argv[5]) + 1):
    start = time.perf_counter()
    model.fit(points)
    samples.append(1000 * (time.perf_counter() - start))
print(json.dumps({"samples": samples[1:], "clusters": int(model.labels_.max()) + 1}))
