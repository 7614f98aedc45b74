"""Quantizers that are Python packages, for bench/peers/python.ts: one JSON line for each line read.

Arguments: the raw RGB bytes of an image, its width and height, the number of colours, and the file to write the quantized
RGB bytes to. The first line written names the quantizers, and the packages that are missing. Each line read names one:
it runs once, from the pixels in memory to one palette index a pixel, is timed, and its image is written.
"""
import ctypes
import ctypes.util
import importlib
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
_, source, width, height, colors, target = sys.argv
width, height, colors = int(width), int(height), int(colors)


def say(value):
    print(json.dumps(value), flush=True)


try:
    import numpy as np
except ImportError:
    say({"quantizers": [], "missing": ["numpy"]})
    sys.exit()

pixels = np.fromfile(source, np.uint8).reshape(-1, 3)


def kmeans():
    """On the distinct colours, weighted by their pixels: the same objective at a fraction of the cost."""
    keys = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    unique, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    points = np.stack([unique >> 16, unique >> 8 & 255, unique & 255], 1).astype(np.float32)
    model = sklearn.KMeans(colors, n_init=1, random_state=0).fit(points, sample_weight=counts)
    return to_bytes(model.cluster_centers_), model.labels_[inverse]


def mini_batch():
    points = pixels.astype(np.float32)
    model = sklearn.MiniBatchKMeans(colors, n_init=1, random_state=0).fit(points)
    return to_bytes(model.cluster_centers_), model.labels_


def faiss_kmeans():
    points = pixels.astype(np.float32)
    model = faiss.Kmeans(3, colors, seed=1)
    model.train(points)
    return to_bytes(model.centroids), model.index.search(points, 1)[1].ravel()


def pillow(method):
    image = Image.fromarray(pixels.reshape(height, width, 3))

    def run():
        result = image.quantize(colors, method=method, dither=Image.Dither.NONE)
        palette = np.array(result.getpalette(), np.uint8).reshape(-1, 3)
        return palette, np.asarray(result).ravel()

    return run


class Palette(ctypes.Structure):
    _fields_ = [("count", ctypes.c_uint), ("entries", ctypes.c_ubyte * 4 * 256)]


def libimagequant(library):
    """The C library itself, at its default speed and quality."""
    rgba = np.dstack([pixels.reshape(height, width, 3), np.full((height, width), 255, np.uint8)])
    for name in "liq_attr_create liq_image_create_rgba liq_get_palette".split():
        getattr(library, name).restype = ctypes.c_void_p
    pointer = ctypes.c_void_p

    def run():
        attributes = pointer(library.liq_attr_create())
        library.liq_set_max_colors(attributes, colors)
        image = pointer(library.liq_image_create_rgba(attributes, rgba.ctypes.data_as(pointer), width, height, ctypes.c_double(0)))
        result = pointer()
        if library.liq_image_quantize(image, attributes, ctypes.byref(result)):
            raise RuntimeError("liq_image_quantize failed")
        library.liq_set_dithering_level(result, ctypes.c_float(0))
        labels = np.empty(width * height, np.uint8)
        size = ctypes.c_size_t(labels.size)
        if library.liq_write_remapped_image(result, image, labels.ctypes.data_as(pointer), size):
            raise RuntimeError("liq_write_remapped_image failed")
        entries = ctypes.cast(library.liq_get_palette(result), ctypes.POINTER(Palette)).contents.entries
        palette = np.frombuffer(entries, np.uint8).reshape(256, 4)[:, :3].copy()
        for release, value in (("liq_result_destroy", result), ("liq_image_destroy", image), ("liq_attr_destroy", attributes)):
            getattr(library, release)(value)
        return palette, labels

    return run


def offer_libimagequant():
    path = ctypes.util.find_library("imagequant")
    if not path:
        missing.append("libimagequant")
        return
    library = ctypes.CDLL(path)
    version = library.liq_version()
    name = f"libimagequant {version // 10000}.{version // 100 % 100}.{version % 100}"
    quantizers[name] = (libimagequant(library), "the C library, at its default speed")


def to_bytes(centroids):
    return np.clip(np.rint(centroids), 0, 255).astype(np.uint8)


quantizers, missing = {}, []


def offer(package, module, found):
    try:
        found(importlib.import_module(module))
    except ImportError:
        missing.append(package)


def offer_sklearn(module):
    global sklearn
    sklearn = module
    version = importlib.import_module("sklearn").__version__
    quantizers[f"scikit-learn {version} KMeans"] = (kmeans, "of distinct colours, weighted")
    quantizers[f"scikit-learn {version} MiniBatchKMeans"] = (mini_batch, "")


def offer_faiss(module):
    global faiss
    faiss = module
    quantizers[f"FAISS {module.__version__} Kmeans"] = (faiss_kmeans, "trains on a sample, by default")


def offer_pillow(module):
    global Image
    Image = module
    version = importlib.import_module("PIL").__version__
    quantizers[f"Pillow {version} median cut"] = (pillow(module.Quantize.MEDIANCUT), "")
    quantizers[f"Pillow {version} octree"] = (pillow(module.Quantize.FASTOCTREE), "")


offer_libimagequant()
offer("scikit-learn", "sklearn.cluster", offer_sklearn)
offer("faiss", "faiss", offer_faiss)
offer("Pillow", "PIL.Image", offer_pillow)
say({"quantizers": [{"name": name, "remark": remark} for name, (_, remark) in quantizers.items()], "missing": missing})
for line in sys.stdin:
    start, work = time.perf_counter(), time.process_time()
    palette, labels = quantizers[line.strip()][0]()
    wall, cpu = time.perf_counter() - start, time.process_time() - work
    palette[labels].tofile(target)
    say({"wall": 1000 * wall, "cpu": 1000 * cpu})
