export type { Architecture, AutoencoderOptions, Loss, Noise } from './autoencoder/architecture.js'
export { type Autoencoder, createAutoencoder, loadAutoencoder } from './autoencoder/autoencoder.js'
export {
  type Classifier,
  type ClassifierArchitecture,
  type ClassifierFitOptions,
  type ClassifierOptions,
  createClassifier,
  loadClassifier,
} from './autoencoder/classifier.js'
export { exportOnnx, type OnnxPart } from './autoencoder/export-onnx.js'
export type { Epoch, FitOptions, FitResult } from './autoencoder/fit-options.js'
export type { Gradients } from './autoencoder/gradients.js'
export {
  type Activation,
  averagePool2d,
  type Conv2dLayer,
  type Conv2dOptions,
  type ConvTranspose2dLayer,
  conv2d,
  convTranspose2d,
  type DenseLayer,
  type DropoutLayer,
  dense,
  dropout,
  type Layer,
  maxPool2d,
  type Padding,
  type PoolLayer,
  type ReshapeLayer,
  reshape,
  type UpsampleLayer,
  upsample2d,
} from './autoencoder/layers.js'
export type { Scaling } from './autoencoder/model.js'
export { type Factor, type MultiplyOptions, multiply } from './autoencoder/multiply.js'
export { type AdamOptimizer, adam, adamw, type Optimizer, type SgdOptimizer, sgd } from './autoencoder/optimizer.js'
export type { TrainingRecord } from './autoencoder/training-record.js'
export { tuneMultiply } from './autoencoder/tune.js'
export { assign } from './clustering/assign.js'
export { distances } from './clustering/distances.js'
export { type Elbow, type ElbowOptions, elbow } from './clustering/elbow.js'
export { estimateKMeans, type KMeansEstimate } from './clustering/estimate.js'
export { type KMeans, type KMeansInit, type KMeansOptions, kmeans } from './clustering/kmeans.js'
export { createKMeans, type KMeansBindings, type KMeansJob } from './clustering/kmeans-job.js'
export type { KMeansShape } from './clustering/kmeans-round.js'
export { type Standardized, standardize } from './clustering/standardize.js'
export { tuneKMeans } from './clustering/tune.js'
export type { Importance } from './color/importance.js'
export type { PaletteColors } from './color/palette-input.js'
export {
  type Quantized,
  type QuantizedInto,
  type QuantizeImage,
  type QuantizeOptions,
  quantize,
} from './color/quantize.js'
export { type QuantizedTogether, type QuantizeTogetherOptions, quantizeTogether } from './color/quantize-together.js'
export {
  createQuantizer,
  type FrameOptions,
  type QuantizedFrame,
  type QuantizedFrameInto,
  type Quantizer,
  type QuantizerOptions,
} from './color/quantizer.js'
export type { QuantizeTextures } from './color/texture-sink.js'
export { createEngine, type EngineOptions } from './engine/create-engine.js'
export type { AdapterDescription, Engine } from './engine/engine.js'
export { LloydError, type LloydErrorCode, type PlainLloydError, toLloydError } from './engine/error.js'
export { exportTuning, importTuning, type Tile, type Tuning } from './engine/tuning.js'
export type { FileBytes } from './io/bytes.js'
export { decodePalette, type PaletteSource } from './io/decode-palette.js'
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
