"""Writes image-quality.json: what scikit-image 0.26 and Pillow say of photographs whose channels have lost bits.

Run in this folder. A photograph is reduced to `bits` bits a channel: v -> (v >> shift << shift) + half a step. With
`alpha`, pixel (x, y) has alpha (3 x + 5 y) mod 256 and both images are laid over white before they are compared.
"""
import json
import numpy as np
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

CASES = [("kingfisher", 2, False), ("lights", 3, False), ("tablet", 1, False), ("color_chart", 2, True)]


def luma(image):
    return image @ np.array([0.299, 0.587, 0.114])


results = []
for name, bits, alpha in CASES:
    original = np.asarray(Image.open(f"../../demo/photos/{name}.png").convert("RGB")).astype(np.int64)
    shift = 8 - bits
    reduced = ((original >> shift) << shift) + (1 << (shift - 1))
    a, b = original.astype(float), reduced.astype(float)
    if alpha:
        height, width, _ = a.shape
        opacity = ((3 * np.arange(width)[None, :] + 5 * np.arange(height)[:, None]) % 256 / 255)[..., None]
        a, b = 255 + (a - 255) * opacity, 255 + (b - 255) * opacity
    ssim = structural_similarity(
        luma(a), luma(b), data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    results.append({
        "photo": name,
        "bits": bits,
        "alpha": alpha,
        "mse": ((a - b) ** 2).sum(-1).mean(),
        "psnr": peak_signal_noise_ratio(a, b, data_range=255),
        "ssim": ssim,
        "deltaE": deltaE_ciede2000(rgb2lab(a / 255), rgb2lab(b / 255)).mean(),
    })
with open("image-quality.json", "w") as file:
    json.dump(results, file, indent=2)
    file.write("\n")
