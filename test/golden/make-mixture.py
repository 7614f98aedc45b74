"""Writes mixture.json: what scikit-learn 1.2 says of mixtures that start from given rows of a table.

Run in this folder. The first responsibilities are those of the nearest mean; the last columns of the tables, the classes,
are left out.
"""
import json
import warnings
import numpy as np
from sklearn.mixture import GaussianMixture

TABLES = {
    "iris": ("iris.csv", 1, [0, 50, 100]),
    "wine": ("wine_data.csv", 1, [0, 70, 140]),
    "digits": ("digits.csv.gz", 0, list(range(10))),
}
KINDS = {"full": "full", "tied": "tied", "diagonal": "diag", "spherical": "spherical"}


class FromMeans(GaussianMixture):
    def _initialize_parameters(self, points, _):
        distances = ((points[:, None] - self.first[None]) ** 2).sum(2)
        self._initialize(points, np.eye(len(self.first))[distances.argmin(1)])


warnings.simplefilter("ignore")
results = []
for name, (file, header, rows) in TABLES.items():
    points = np.loadtxt(f"../data/tables/{file}", delimiter=",", skiprows=header)[:, :-1]
    for kind, named in KINDS.items():
        mixture = FromMeans(len(rows), covariance_type=named)
        mixture.first = points[rows]
        mixture.fit(points)
        results.append({
            "table": name,
            "covariance": kind,
            "rows": rows,
            "iterations": mixture.n_iter_,
            "converged": bool(mixture.converged_),
            "logLikelihood": mixture.score_samples(points).sum(),
            "bic": mixture.bic(points),
            "aic": mixture.aic(points),
            "weights": mixture.weights_.round(7).tolist(),
            "means": mixture.means_.round(6).ravel().tolist(),
        })
with open("mixture.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(result) for result in results) + "\n]\n")
