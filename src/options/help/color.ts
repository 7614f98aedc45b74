import type { CREATE_QUANTIZER, FRAME, INTO, QUANTIZE, QUANTIZE_TOGETHER } from '../color.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

const MAPPING = {
  space: 'where colours are compared; Oklab is closer to what is seen',
  dither: 'mix colours that the palette lacks among neighbouring pixels',
  ditherStrength: 'how much of it',
}

const CLUSTERING = {
  colors: 'most entries of the palette',
  ...MAPPING,
  palette: 'a palette to map to, in place of finding one',
  fixedColors: 'entries that must be in the palette',
  importance: 'what each pixel counts for in the search for a palette',
  init: "first centroids: means of Wu's boxes, colours far apart, or drawn",
  seed: 'what k-means++ draws by',
  restarts: 'runs, of which the one with the lowest error is kept; all but the first are drawn',
  maxIterations: 'most iterations',
  tolerance:
    'stop when the centroids move less than this, in standard deviations of the image; 0: when nothing changes',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const QUANTIZE_HELP: Sentences<typeof QUANTIZE> = {
  ...CLUSTERING,
  into: 'textures to leave the result in, in place of memory',
}

export const QUANTIZE_TOGETHER_HELP: Sentences<typeof QUANTIZE_TOGETHER> = CLUSTERING

export const INTO_HELP: Sentences<typeof INTO> = {
  indices: 'the texture for the index of each pixel',
  colors: 'the texture for the colour of each pixel',
}

export const CREATE_QUANTIZER_HELP: Sentences<typeof CREATE_QUANTIZER> = {
  width: 'width of every frame, in pixels',
  height: 'height of every frame, in pixels',
  colors: 'entries of the palette',
  ...MAPPING,
  maxIterations: 'most iterations for a palette made anew',
  frameIterations: "most iterations for a frame that goes on from the last one's palette",
}

export const FRAME_HELP: Sentences<typeof FRAME> = {
  into: 'textures to leave the frame in, in place of memory',
  signal: SIGNAL,
}
