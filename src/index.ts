/// <reference types="@webgpu/types" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />

export { assign } from './clustering/assign.js'
export { distances } from './clustering/distances.js'
export { type Elbow, type ElbowOptions, elbow } from './clustering/elbow.js'
export { estimateKMeans, type KMeansEstimate } from './clustering/estimate.js'
export { type KMeans, type KMeansInit, type KMeansOptions, kmeans } from './clustering/kmeans.js'
export { createKMeans, type KMeansBindings, type KMeansJob, type KMeansShape } from './clustering/kmeans-job.js'
export { type Standardized, standardize } from './clustering/standardize.js'
export { type Quantized, type QuantizeImage, type QuantizeOptions, quantize } from './color/quantize.js'
export { createEngine, type EngineOptions } from './engine/create-engine.js'
export type { AdapterDescription, Engine } from './engine/engine.js'
export { LloydError, type LloydErrorCode } from './engine/error.js'
export { type EncodeGifOptions, encodeGif } from './io/gif.js'
export type { IndexedImage } from './io/indexed-image.js'
export {
  describePalette,
  type EncodePaletteOptions,
  encodePalette,
  type PaletteEntry,
  type PaletteFormat,
} from './io/palette-file.js'
export { type EncodePngOptions, encodePng } from './io/png.js'
export type { GpuMatrix, Matrix, Points, Progress, TypedArray } from './types.js'
