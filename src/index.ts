export {
  type CleanDays,
  type CleanDaysOptions,
  cleanDays,
  type DayRecord,
} from './applications/behavior/clean-days.js'
export type { DayCounts } from './applications/behavior/day-counts.js'
export type { RepairedRecord } from './applications/behavior/day-records.js'
export type { DayRepair } from './applications/behavior/repairs.js'
export {
  type BehaviorSegments,
  type SegmentBehaviorOptions,
  segmentBehavior,
} from './applications/behavior/segment-behavior.js'
export type { BehaviorSegment, KnownName, SegmentRule } from './applications/behavior/segments.js'
export { type Sequences, sequenceText, type WeekPattern } from './applications/behavior/sequences.js'
export type { StreakOverview } from './applications/behavior/streaks.js'
export type { CountChoice } from './applications/choose-count.js'
export type { ColumnRule } from './applications/customers/customer-space.js'
export {
  type Customers,
  type CustomerValues,
  type CustomerValuesOptions,
  customerValues,
} from './applications/customers/customer-values.js'
export {
  type CleanPurchasesOptions,
  cleanPurchases,
  type PurchaseRecords,
  type PurchaseRemark,
  type Purchases,
} from './applications/customers/purchases.js'
export {
  type CustomerSegment,
  type CustomerSegments,
  type SegmentCustomersOptions,
  segmentCustomers,
} from './applications/customers/segment-customers.js'
export type { DateForm } from './applications/dates.js'
export {
  type ClusteredImages,
  type ClusterImagesOptions,
  clusterImages,
  type ImageCluster,
} from './applications/images/cluster-images.js'
export { type ContactSheetOptions, contactSheet } from './applications/images/contact-sheet.js'
export { thumbnail } from './applications/images/thumbnail.js'
export type { CondensedTree } from './clustering/density/condense.js'
export { type Dbscan, type DbscanOptions, dbscan } from './clustering/density/dbscan.js'
export { type Hdbscan, type HdbscanOptions, type HdbscanTreeOptions, hdbscan } from './clustering/density/hdbscan.js'
export { type NeighborDistancesOptions, neighborDistances } from './clustering/density/neighbor-distances.js'
export { type PredictDbscanOptions, predictDbscan } from './clustering/density/predict-dbscan.js'
export { type PredictHdbscanOptions, predictHdbscan } from './clustering/density/predict-hdbscan.js'
export type { Memberships } from './clustering/density/select-clusters.js'
export { type Agglomerative, type AgglomerativeOptions, agglomerative } from './clustering/hierarchy/agglomerative.js'
export type { Connectivity } from './clustering/hierarchy/connectivity.js'
export { type CutTreeOptions, cutTree } from './clustering/hierarchy/cut-tree.js'
export { type DendrogramSvgOptions, dendrogramSvg } from './clustering/hierarchy/dendrogram.js'
export { assign } from './clustering/kmeans/assign.js'
export { distances } from './clustering/kmeans/distances.js'
export { type Elbow, type ElbowOptions, elbow } from './clustering/kmeans/elbow.js'
export { estimateKMeans, type KMeansEstimate } from './clustering/kmeans/estimate.js'
export { loadHalfPrecision } from './clustering/kmeans/half-precision.js'
export {
  type HalfPrecision,
  type KMeans,
  type KMeansInit,
  type KMeansOptions,
  kmeans,
} from './clustering/kmeans/kmeans.js'
export { createKMeans, type KMeansJob } from './clustering/kmeans/kmeans-job.js'
export type { KMeansShape } from './clustering/kmeans/kmeans-round.js'
export type { KMeansBindings } from './clustering/kmeans/prepare-job.js'
export { loadPruning } from './clustering/kmeans/pruning/load-pruning.js'
export { tuneKMeans } from './clustering/kmeans/tune.js'
export { type KMedoids, type KMedoidsOptions, kmedoids } from './clustering/medoids/kmedoids.js'
export {
  type NearestMedoids,
  type PredictMedoidsOptions,
  predictMedoids,
} from './clustering/medoids/predict-medoids.js'
export type { Covariance } from './clustering/mixture/components.js'
export {
  logDensities,
  type MeasureMixtureOptions,
  type MixtureMemberships,
  type PredictMixtureOptions,
  predictMixture,
  responsibilities,
} from './clustering/mixture/densities.js'
export { gaussianMixture } from './clustering/mixture/gaussian-mixture.js'
export type { MixtureParameters } from './clustering/mixture/given-mixture.js'
export type { GaussianMixture, GaussianMixtureOptions } from './clustering/mixture/mixture.js'
export { type SampleMixtureOptions, sampleMixture } from './clustering/mixture/sample-mixture.js'
export type { QuantizeTextures } from './color/image/texture-sink.js'
export type { PaletteColors } from './color/palette/palette-input.js'
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
export { describeRegions, type Region } from './color/segments/describe-regions.js'
export { drawBoundaries, fillRegions } from './color/segments/overlay.js'
export type { RegionNeighbors, Regions } from './color/segments/regions.js'
export { type Segmented, type SegmentImageOptions, segmentImage } from './color/segments/segment-image.js'
export type { SegmentBindings } from './color/segments/segment-recording.js'
export {
  createSegmenter,
  type SegmentedFrame,
  type Segmenter,
  type SegmenterOptions,
  type SegmentFrameOptions,
} from './color/segments/segmenter.js'
export type { Importance } from './color/table/importance.js'
export { type Standardized, standardize } from './data/standardize.js'
export { createEngine, type EngineOptions } from './engine/create-engine.js'
export type { AdapterDescription, Engine } from './engine/engine.js'
export { LloydError, type LloydErrorCode, type PlainLloydError, toLloydError } from './engine/error.js'
export type { Tile } from './engine/traits.js'
export { exportTuning, importTuning, type Tuning } from './engine/tuning.js'
export {
  type ChooseClustersOptions,
  type ClusterChoice,
  type ClusterCurves,
  type Criterion,
  chooseClusters,
} from './evaluation/choose-clusters.js'
export {
  type ContingencyOptions,
  type ContingencyTable,
  contingencyTable,
  type PointLabels,
} from './evaluation/contingency.js'
export { type DescribeClustersOptions, describeClusters } from './evaluation/description/describe-clusters.js'
export type {
  CategoryDescription,
  ClusterDescription,
  ClusterRule,
  ColumnDescription,
  ColumnSummary,
  RuleCondition,
} from './evaluation/description/description.js'
export { type Gap, type GapOptions, gap } from './evaluation/gap.js'
export {
  type HopkinsOptions,
  type HopkinsTest,
  type HopkinsTestOptions,
  hopkins,
  hopkinsTest,
} from './evaluation/hopkins.js'
export {
  adjustedMutualInformation,
  completeness,
  homogeneity,
  normalizedMutualInformation,
  vMeasure,
} from './evaluation/information.js'
export { calinskiHarabasz } from './evaluation/internal/calinski-harabasz.js'
export type { NoiseRule } from './evaluation/internal/clusters.js'
export { daviesBouldin } from './evaluation/internal/davies-bouldin.js'
export { type DbcvOptions, dbcv } from './evaluation/internal/dbcv.js'
export { type DunnOptions, dunn } from './evaluation/internal/dunn.js'
export type { IndexOptions } from './evaluation/internal/load-clusters.js'
export { type SilhouetteOptions, silhouette } from './evaluation/internal/silhouette.js'
export type { Silhouette } from './evaluation/internal/silhouette-values.js'
export { simplifiedSilhouette } from './evaluation/internal/simplified-silhouette.js'
export { withinClusterSumOfSquares } from './evaluation/internal/sum-of-squares.js'
export { type FMeasureOptions, fMeasure, purity } from './evaluation/matches.js'
export { adjustedRandIndex } from './evaluation/rand.js'
export { type Vat, type VatOptions, vat, vatImage } from './evaluation/vat.js'
export type { FileBytes } from './io/bytes.js'
export { decodePalette, type PaletteSource } from './io/images/decode-palette.js'
export { type EncodeGifOptions, encodeGif } from './io/images/gif.js'
export type { IndexedImage } from './io/images/indexed-image.js'
export {
  describePalette,
  type EncodePaletteOptions,
  encodePalette,
  type PaletteEntry,
  type PaletteFormat,
} from './io/images/palette-file.js'
export { type EncodePngOptions, encodePng } from './io/images/png.js'
export type { GrayImage, RgbaImage } from './io/images/png-samples.js'
export { type Factor, type MultiplyOptions, multiply } from './linear/multiply.js'
export { tuneMultiply } from './linear/tune.js'
export type { AutoencoderOptions } from './network/architecture.js'
export { type Autoencoder, createAutoencoder, loadAutoencoder } from './network/autoencoder.js'
export {
  type Classifier,
  type ClassifierArchitecture,
  type ClassifierFitOptions,
  type ClassifierOptions,
  createClassifier,
  loadClassifier,
} from './network/classifier.js'
export { exportOnnx, type OnnxPart } from './network/formats/export-onnx.js'
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
} from './network/layers/layers.js'
export type { Architecture, Loss, Noise } from './network/layers/layout.js'
export type { Scaling } from './network/model.js'
export type { Epoch, FitOptions, FitResult } from './network/training/fit-options.js'
export type { Gradients } from './network/training/gradients.js'
export {
  type AdamOptimizer,
  adam,
  adamw,
  type Optimizer,
  type SgdOptimizer,
  sgd,
} from './network/training/optimizer.js'
export type { TrainingRecord } from './network/training/training-record.js'
export { loadSimd } from './simd/load.js'
export type { GpuMatrix, Matrix, Points, Progress, TypedArray } from './types.js'
