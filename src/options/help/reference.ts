import { CLEAN_DAYS, READ_DAYS, SEGMENT_BEHAVIOR } from '../behavior.js'
import { CHOOSE_CLUSTERS, GAP } from '../choose.js'
import * as colors from '../color.js'
import * as customer from '../customers.js'
import * as density from '../density.js'
import { DESCRIBE_CLUSTERS } from '../description.js'
import { CREATE_ENGINE } from '../engine.js'
import * as evaluation from '../evaluation.js'
import { EXTERNAL, F_MEASURE } from '../external.js'
import { AGGLOMERATIVE, CONNECTIVITY, CUT_TREE, DENDROGRAM_SVG } from '../hierarchy.js'
import * as image from '../images.js'
import { ENCODE_GIF, ENCODE_PALETTE, ENCODE_PNG, READ_TABLE } from '../io.js'
import { ASSIGN, CREATE_KMEANS, ELBOW, ESTIMATE_KMEANS, KMEANS, PREPARE, TUNE_KMEANS } from '../kmeans.js'
import { CONV_TRANSPOSE2D, CONV2D } from '../layers.js'
import { MULTIPLY, TUNE_MULTIPLY } from '../linear.js'
import { KMEDOIDS, PREDICT_MEDOIDS } from '../medoids.js'
import { GAUSSIAN_MIXTURE, MEASURE_MIXTURE, PREDICT_MIXTURE, SAMPLE_MIXTURE } from '../mixture.js'
import * as network from '../network.js'
import type { OptionTable } from '../table.js'
import { CHOOSE_COLUMNS, TABLE_POINTS } from '../tables.js'
import { HOPKINS, HOPKINS_TEST, VAT } from '../tendency.js'
import type { OptionSpec } from '../types.js'
import { CLEAN_DAYS_HELP, READ_DAYS_HELP, SEGMENT_BEHAVIOR_HELP } from './behavior.js'
import { CHOOSE_CLUSTERS_HELP, GAP_HELP } from './choose.js'
import * as color from './color.js'
import * as customers from './customers.js'
import * as densities from './density.js'
import { DESCRIBE_CLUSTERS_HELP } from './description.js'
import { CREATE_ENGINE_HELP } from './engine.js'
import * as evaluations from './evaluation.js'
import { EXTERNAL_HELP, F_MEASURE_HELP } from './external.js'
import { AGGLOMERATIVE_HELP, CONNECTIVITY_HELP, CUT_TREE_HELP, DENDROGRAM_SVG_HELP } from './hierarchy.js'
import * as images from './images.js'
import * as io from './io.js'
import * as kmeans from './kmeans.js'
import * as linear from './linear.js'
import { KMEDOIDS_HELP, PREDICT_MEDOIDS_HELP } from './medoids.js'
import { GAUSSIAN_MIXTURE_HELP, MEASURE_MIXTURE_HELP, PREDICT_MIXTURE_HELP, SAMPLE_MIXTURE_HELP } from './mixture.js'
import * as networks from './network.js'
import type { Sentences } from './sentences.js'
import * as tables from './tables.js'
import { HOPKINS_HELP, HOPKINS_TEST_HELP, VAT_HELP } from './tendency.js'

const entry = <T extends OptionTable>(name: string, table: T, help: Sentences<T>) => ({
  name,
  table: table as OptionTable,
  help: help as Record<string, string>,
})

/** Every function that takes options, with the records among them. */
export const REFERENCE = [
  entry('createEngine', CREATE_ENGINE, CREATE_ENGINE_HELP),
  entry('kmeans', KMEANS, kmeans.KMEANS_HELP),
  entry('elbow', ELBOW, kmeans.ELBOW_HELP),
  entry('gap', GAP, GAP_HELP),
  entry('chooseClusters', CHOOSE_CLUSTERS, CHOOSE_CLUSTERS_HELP),
  entry('assign', ASSIGN, kmeans.ASSIGN_HELP),
  entry('estimateKMeans', ESTIMATE_KMEANS, kmeans.ESTIMATE_KMEANS_HELP),
  entry('tuneKMeans', TUNE_KMEANS, kmeans.TUNE_KMEANS_HELP),
  entry('createKMeans', CREATE_KMEANS, kmeans.CREATE_KMEANS_HELP),
  entry('KMeansJob.prepare', PREPARE, kmeans.PREPARE_HELP),
  entry('kmedoids', KMEDOIDS, KMEDOIDS_HELP),
  entry('predictMedoids', PREDICT_MEDOIDS, PREDICT_MEDOIDS_HELP),
  entry('dbscan', density.DBSCAN, densities.DBSCAN_HELP),
  entry('predictDbscan', density.PREDICT_DBSCAN, densities.PREDICT_DBSCAN_HELP),
  entry('neighborDistances', density.NEIGHBOR_DISTANCES, densities.NEIGHBOR_DISTANCES_HELP),
  entry('hdbscan', density.HDBSCAN, densities.HDBSCAN_HELP),
  entry('hdbscan of a tree', density.HDBSCAN_TREE, densities.HDBSCAN_TREE_HELP),
  entry('predictHdbscan', density.PREDICT_HDBSCAN, densities.PREDICT_HDBSCAN_HELP),
  entry('agglomerative', AGGLOMERATIVE, AGGLOMERATIVE_HELP),
  entry('connectivity, of agglomerative', CONNECTIVITY, CONNECTIVITY_HELP),
  entry('cutTree', CUT_TREE, CUT_TREE_HELP),
  entry('dendrogramSvg', DENDROGRAM_SVG, DENDROGRAM_SVG_HELP),
  entry('contingencyTable, purity, adjustedRandIndex and other external indices', EXTERNAL, EXTERNAL_HELP),
  entry('fMeasure', F_MEASURE, F_MEASURE_HELP),
  entry('hopkins', HOPKINS, HOPKINS_HELP),
  entry('hopkinsTest', HOPKINS_TEST, HOPKINS_TEST_HELP),
  entry('vat', VAT, VAT_HELP),
  entry('gaussianMixture', GAUSSIAN_MIXTURE, GAUSSIAN_MIXTURE_HELP),
  entry('predictMixture', PREDICT_MIXTURE, PREDICT_MIXTURE_HELP),
  entry('responsibilities and logDensities', MEASURE_MIXTURE, MEASURE_MIXTURE_HELP),
  entry('sampleMixture', SAMPLE_MIXTURE, SAMPLE_MIXTURE_HELP),
  entry('silhouette and simplifiedSilhouette', evaluation.SILHOUETTE, evaluations.SILHOUETTE_HELP),
  entry('dunn', evaluation.DUNN, evaluations.DUNN_HELP),
  entry('daviesBouldin, calinskiHarabasz and withinClusterSumOfSquares', evaluation.INDEX, evaluations.INDEX_HELP),
  entry('dbcv', evaluation.DBCV, evaluations.DBCV_HELP),
  entry('describeClusters', DESCRIBE_CLUSTERS, DESCRIBE_CLUSTERS_HELP),
  entry('tablePurchases', customer.TABLE_PURCHASES, customers.TABLE_PURCHASES_HELP),
  entry('cleanPurchases', customer.CLEAN_PURCHASES, customers.CLEAN_PURCHASES_HELP),
  entry('customerValues', customer.CUSTOMER_VALUES, customers.CUSTOMER_VALUES_HELP),
  entry('segmentCustomers', customer.SEGMENT_CUSTOMERS, customers.SEGMENT_CUSTOMERS_HELP),
  entry('quantize', colors.QUANTIZE, color.QUANTIZE_HELP),
  entry('quantizeTogether', colors.QUANTIZE_TOGETHER, color.QUANTIZE_TOGETHER_HELP),
  entry('createQuantizer', colors.CREATE_QUANTIZER, color.CREATE_QUANTIZER_HELP),
  entry('Quantizer.quantize', colors.FRAME, color.FRAME_HELP),
  entry('into, of quantize and of a quantizer', colors.INTO, color.INTO_HELP),
  entry('segmentImage', colors.SEGMENT_IMAGE, color.SEGMENT_IMAGE_HELP),
  entry('createSegmenter', colors.CREATE_SEGMENTER, color.CREATE_SEGMENTER_HELP),
  entry('Segmenter.segment', colors.SEGMENT_FRAME, color.SEGMENT_FRAME_HELP),
  entry('Segmenter.prepare', colors.PREPARE_SEGMENTER, color.PREPARE_SEGMENTER_HELP),
  entry('clusterImages', image.CLUSTER_IMAGES, images.CLUSTER_IMAGES_HELP),
  entry('contactSheet', image.CONTACT_SHEET, images.CONTACT_SHEET_HELP),
  entry('thumbnail', image.THUMBNAIL, images.THUMBNAIL_HELP),
  entry('encodeJpeg', image.ENCODE_JPEG, images.ENCODE_JPEG_HELP),
  entry('encodePng', ENCODE_PNG, io.ENCODE_PNG_HELP),
  entry('encodeGif', ENCODE_GIF, io.ENCODE_GIF_HELP),
  entry('encodePalette', ENCODE_PALETTE, io.ENCODE_PALETTE_HELP),
  entry('readTable', READ_TABLE, io.READ_TABLE_HELP),
  entry('chooseColumns', CHOOSE_COLUMNS, tables.CHOOSE_COLUMNS_HELP),
  entry('tablePoints', TABLE_POINTS, tables.TABLE_POINTS_HELP),
  entry('cleanDays', CLEAN_DAYS, CLEAN_DAYS_HELP),
  entry('readDays', READ_DAYS, READ_DAYS_HELP),
  entry('segmentBehavior', SEGMENT_BEHAVIOR, SEGMENT_BEHAVIOR_HELP),
  entry('multiply', MULTIPLY, linear.MULTIPLY_HELP),
  entry('tuneMultiply', TUNE_MULTIPLY, linear.TUNE_MULTIPLY_HELP),
  entry('createAutoencoder', network.CREATE_AUTOENCODER, networks.CREATE_AUTOENCODER_HELP),
  entry('noise, of createAutoencoder and createClassifier', network.NOISE, networks.NOISE_HELP),
  entry('variational, of createAutoencoder', network.VARIATIONAL, networks.VARIATIONAL_HELP),
  entry('createClassifier', network.CREATE_CLASSIFIER, networks.CREATE_CLASSIFIER_HELP),
  entry('Autoencoder.fit and Classifier.fit', network.FIT, networks.FIT_HELP),
  entry('validation, of Classifier.fit', network.VALIDATION, networks.VALIDATION_HELP),
  entry('encode, decode, reconstruct and probabilities', network.CODES, networks.CODES_HELP),
  entry('Autoencoder.sample', network.SAMPLE, networks.SAMPLE_HELP),
  entry('Autoencoder.gradients', network.GRADIENTS, networks.GRADIENTS_HELP),
  entry('adam', network.ADAM, networks.ADAM_HELP),
  entry('adamw', network.ADAMW, networks.ADAMW_HELP),
  entry('sgd', network.SGD, networks.SGD_HELP),
  entry('conv2d', CONV2D, networks.CONV2D_HELP),
  entry('convTranspose2d', CONV_TRANSPOSE2D, networks.CONV_TRANSPOSE2D_HELP),
]

/** Descriptions of types whose names are not clear. */
const TYPES: Record<string, string> = {
  choice: 'one of',
  distance: 'number',
  fraction: 'number',
  listener: 'function',
  share: 'number',
  text: 'string',
  texts: 'strings',
}

/** The reference as Markdown, with a table for each function. */
export function formatReference(): string {
  const sections = REFERENCE.map(({ name, table, help }) => {
    const lines = Object.entries(table).map(([option, spec]) => {
      const cells = [`\`${option}\``, typeOf(spec), rangeOf(spec), defaultOf(spec), sentence(help[option])]
      return `| ${cells.join(' | ')} |`
    })
    return [`## ${name}`, '', '| option | type | range | default | |', '|---|---|---|---|---|', ...lines].join('\n')
  })
  return `${[HEAD, ...sections].join('\n\n')}\n`
}

const HEAD = `# Options

Written by \`npm run docs\` from the tables in \`src/options/\`, by which the functions check what they are given.
\`undefined\` is an option left out.`

function typeOf({ type, or, names }: OptionSpec): string {
  const word = typeof type === 'function' ? type.name : type
  const list = names?.map((name) => `\`'${name}'\``).join(', ')
  return cellOf([TYPES[word] ?? word, list, or && `or ${or}`].filter(Boolean).join(' '))
}

function rangeOf({ from, to, above, below, count }: OptionSpec): string {
  if (count !== undefined) return `${count} integers`
  const parts = [
    from !== undefined && (to === undefined ? `≥ ${from}` : `${from} … ${to}`),
    above !== undefined && `> ${above}`,
    below !== undefined && `< ${below}`,
  ]
  return parts.filter(Boolean).join(', ')
}

function defaultOf({ default: value, required }: OptionSpec): string {
  if (required) return 'required'
  return value === undefined ? '' : `\`${typeof value === 'string' ? `'${value}'` : value}\``
}

const sentence = (help: string) => cellOf(`${help[0].toUpperCase()}${help.slice(1)}.`)

/** Escapes bars, which would end the cell. */
const cellOf = (cell: string) => cell.replaceAll('|', '\\|')
