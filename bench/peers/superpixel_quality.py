"""Superpixels of OpenCV and scikit-image and the measures of anyone's, for bench/suites/superpixel-quality.ts.

Arguments: a file of raw RGB bytes, width, height, and then
  "OpenCV" or "scikit-image", the number of segments, and a file: writes the labels there, and prints their number;
  "measure" and files of labels (uint32): prints a list of measures for each.

Nobody has drawn the true segments of these photographs. In their place stand, for boundaries, Canny's edges of the
luminance (sigma 2), and for regions the connected parts, of at least 1/1000 of the image, of eight colours (OpenCV's
k-means after a median of 5 x 5 pixels) with their outlines.
"""
import json
import sys

import cv2
import numpy as np
from scipy import ndimage
from skimage import color, feature, measure, segmentation

TOLERANCE = 2

width, height = int(sys.argv[2]), int(sys.argv[3])
image = np.fromfile(sys.argv[1], np.uint8).reshape(height, width, 3)


def opencv(segments):
    slic = cv2.ximgproc.createSuperpixelSLIC(
        cv2.cvtColor(image, cv2.COLOR_RGB2Lab), cv2.ximgproc.SLIC, round((width * height / segments) ** 0.5), 10.0
    )
    slic.iterate(10)
    slic.enforceLabelConnectivity(25)
    return slic.getLabels()


def scikit_image(segments):
    return segmentation.slic(image, n_segments=segments, compactness=10, max_num_iter=10, start_label=0)


def outlines(labels):
    edges = np.zeros(labels.shape, bool)
    edges[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    edges[1:] |= labels[1:] != labels[:-1]
    return edges


def reference():
    smooth = cv2.medianBlur(image, 5).reshape(-1, 3).astype(np.float32)
    cv2.setRNGSeed(1)
    _, colors, _ = cv2.kmeans(smooth, 8, None, (3, 30, 0.5), 1, cv2.KMEANS_PP_CENTERS)
    parts = measure.label(colors.reshape(height, width), connectivity=1, background=-1)
    large = np.bincount(parts.ravel()) >= width * height / 1000
    return np.where(large[parts], parts, 0)


def recall(edges, labels):
    """The share of these edges that are within TOLERANCE pixels, along both axes, of an outline of the segments."""
    side = 2 * TOLERANCE + 1
    return (edges & ndimage.binary_dilation(outlines(labels), np.ones((side, side)))).sum() / edges.sum()


def undersegmentation(regions, labels):
    """Of each region and segment that overlap, the smaller of what is in and outside (Neubert and Protzel, 2012)."""
    sizes = np.bincount(labels.ravel())
    pairs, counts = np.unique(regions.ravel().astype(np.int64) * len(sizes) + labels.ravel(), return_counts=True)
    spill = np.minimum(counts, sizes[pairs % len(sizes)] - counts)
    return spill[pairs >= len(sizes)].sum() / (regions > 0).sum()


def explained(labels):
    """The share of the variation of CIELAB that the segments' means explain (Moore et al., 2008)."""
    lab = color.rgb2lab(image).reshape(-1, 3)
    counts = np.bincount(labels.ravel())
    mean = lab.mean(0)
    between = 0
    for axis in range(3):
        means = np.bincount(labels.ravel(), lab[:, axis]) / np.maximum(counts, 1)
        between += ((means - mean[axis]) ** 2 * counts).sum()
    return between / ((lab - mean) ** 2).sum()


if sys.argv[4] == "measure":
    canny = feature.canny(color.rgb2gray(image), 2)
    regions = reference()
    # Outlines between large parts only.
    edges = outlines(regions) & (ndimage.minimum_filter(regions, 3) > 0)
    results = []
    for path in sys.argv[5:]:
        labels = np.fromfile(path, np.uint32).reshape(height, width).astype(np.int64)
        results.append(
            {
                "cannyRecall": recall(canny, labels),
                "outlineRecall": recall(edges, labels),
                "undersegmentation": undersegmentation(regions, labels),
                "explained": explained(labels),
            }
        )
    print(json.dumps(results))
else:
    found = (opencv if sys.argv[4] == "OpenCV" else scikit_image)(int(sys.argv[5]))
    _, labels = np.unique(found, return_inverse=True)
    labels.astype(np.uint32).tofile(sys.argv[6])
    print(json.dumps(int(labels.max()) + 1))
