"""Times superpixels (SLIC) of OpenCV and scikit-image, for bench/suites/segments.ts.

Arguments: "OpenCV" or "scikit-image", raw RGB bytes, width and height, the number of segments, and that of runs. Prints the
milliseconds of each run after the first, and the number of regions, as JSON.
"""
import json
import sys
import time

import numpy as np

peer = sys.argv[1]
width, height, segments, runs = map(int, sys.argv[3:7])
image = np.fromfile(sys.argv[2], np.uint8).reshape(height, width, 3)

if peer == "OpenCV":
    import cv2

    size = round((width * height / segments) ** 0.5)

    def work():
        lab = cv2.cvtColor(image, cv2.COLOR_RGB2Lab)
        slic = cv2.ximgproc.createSuperpixelSLIC(lab, cv2.ximgproc.SLIC, size, 10.0)
        slic.iterate(10)
        slic.enforceLabelConnectivity(25)
        return slic.getLabels()
else:
    from skimage.segmentation import slic

    def work():
        return slic(image, n_segments=segments, compactness=10, max_num_iter=10, start_label=0)


samples = []
for run in range(runs + 1):
    start = time.perf_counter()
    labels = work()
    samples.append(1000 * (time.perf_counter() - start))
print(json.dumps({"samples": samples[1:], "regions": len(np.unique(labels))}))
