import type {
  CREATE_QUANTIZER,
  CREATE_SEGMENTER,
  FRAME,
  INTO,
  PREPARE_SEGMENTER,
  QUANTIZE,
  QUANTIZE_TOGETHER,
  SEGMENT_FRAME,
  SEGMENT_IMAGE,
} from '../color.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

const MAPPING = {
  space: 'colour space of the distances; Oklab is closer to perception',
  dither: 'dithering method, by which neighbouring pixels approximate colours that the palette lacks',
  ditherStrength: 'strength of the dither',
}

const CLUSTERING = {
  colors: 'maximum number of palette entries',
  ...MAPPING,
  palette: 'palette to map to, instead of finding one',
  fixedColors: 'colours that the palette must contain',
  importance: 'weight of each pixel in the search for a palette',
  init: "first centroids: means of Wu's boxes, colours far apart, or random colours",
  seed: 'seed of k-means++',
  restarts: 'number of runs, of which the one with the lowest error is kept; all but the first start from k-means++',
  maxIterations: 'maximum number of iterations',
  tolerance:
    'stop when the centroids move less than this, in standard deviations of the image; 0: when nothing changes',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const QUANTIZE_HELP: Sentences<typeof QUANTIZE> = {
  ...CLUSTERING,
  into: 'textures to write the result to, instead of memory',
}

export const QUANTIZE_TOGETHER_HELP: Sentences<typeof QUANTIZE_TOGETHER> = CLUSTERING

export const INTO_HELP: Sentences<typeof INTO> = {
  indices: 'texture for the index of each pixel',
  colors: 'texture for the colour of each pixel',
}

export const CREATE_QUANTIZER_HELP: Sentences<typeof CREATE_QUANTIZER> = {
  width: 'width of every frame, in pixels',
  height: 'height of every frame, in pixels',
  colors: 'number of palette entries',
  ...MAPPING,
  maxIterations: 'maximum number of iterations for a new palette',
  frameIterations: 'maximum number of iterations for a frame that continues from the previous palette',
}

export const FRAME_HELP: Sentences<typeof FRAME> = {
  into: 'textures to write the frame to, instead of memory',
  signal: SIGNAL,
}

export const SEGMENT_IMAGE_HELP: Sentences<typeof SEGMENT_IMAGE> = {
  segments: 'number of superpixels: regions of about equal size that follow the edges of the image',
  compactness:
    'weight of place against colour in superpixels; higher values make them squarer, nearly square with 80; above 760 they stay the same (default: 10)',
  iterations: 'number of iterations for superpixels (default: 10)',
  k: 'number of colours, of which regions are connected parts',
  space: 'colour space of the distances to these colours (default: srgb); superpixels are always by Oklab',
  minArea:
    'minimum number of pixels of a region; smaller ones are merged into the neighbour of the most similar colour (default: 1/10 000 of the image with k, a quarter of the mean size of superpixels, below which they are always merged)',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const CREATE_SEGMENTER_HELP: Sentences<typeof CREATE_SEGMENTER> = {
  width: 'width of every frame, in pixels',
  height: 'height of every frame, in pixels',
  segments: 'number of superpixels, as in segmentImage',
  compactness: 'weight of place against colour in superpixels, as in segmentImage',
  iterations: 'number of iterations for the first frame',
  frameIterations: 'number of iterations for a frame that goes on from the superpixels of the last one',
  alpha: 'whether frames may be translucent, which makes alpha a coordinate of colours',
}

export const SEGMENT_FRAME_HELP: Sentences<typeof SEGMENT_FRAME> = { signal: SIGNAL }

export const PREPARE_SEGMENTER_HELP: Sentences<typeof PREPARE_SEGMENTER> = {
  texture:
    "the frame: a 2D texture of the segmenter's size, rgba8unorm or bgra8unorm or their -srgb formats, with COPY_SRC",
  labels: 'a buffer for the superpixel of each pixel, a u32 each, with STORAGE',
}
