"""Times a Lloyd pass of scikit-learn, for bench/peers/lloyd-pass.ts.

Arguments: the raw points, their NumPy type, their columns and the number of clusters. Prints the milliseconds of one
iteration over all points: the time of 4 iterations less that of 1, divided by 3.
"""
import sys
import time
import warnings

import numpy as np
from sklearn.cluster import KMeans

warnings.filterwarnings("ignore")
points = np.fromfile(sys.argv[1], sys.argv[2]).reshape(-1, int(sys.argv[3])).astype(np.float32)
count = int(sys.argv[4])
centers = points[np.linspace(0, len(points) - 1, count).astype(int)] + np.linspace(0, 0.5, count)[:, None].astype(np.float32)


def fit(iterations):
    model = KMeans(count, init=centers, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd")
    start = time.perf_counter()
    model.fit(points)
    return time.perf_counter() - start


fit(1)
print(1000 * (fit(4) - fit(1)) / 3)
