/** Invalid arguments are refused with the name of the function, before any work. */
import {
  adam,
  conv2d,
  createAutoencoder,
  createClassifier,
  createEngine,
  createKMeans,
  createQuantizer,
  dense,
  elbow,
  encodeGif,
  encodePalette,
  encodePng,
  estimateKMeans,
  kmeans,
  LloydError,
  multiply,
  quantize,
  quantizeTogether,
  readTable,
  tuneMultiply,
} from 'lloyd'
import { afterAll, expect, test } from 'vitest'

const engine = await createEngine({ backend: 'cpu' })
afterAll(() => engine.destroy())

const points = [
  [0, 1],
  [2, 3],
  [4, 9],
]
const image = { data: new Uint8Array(16).fill(255), width: 2, height: 2 }
const indexed = await quantize(engine, image, { colors: 2 })
const network = await createAutoencoder(engine, { inputs: 2, encoder: [dense(1)] })
const classifier = await createClassifier(engine, { inputs: 2, classes: 2 })
const quantizer = await createQuantizer(engine, { width: 2, height: 2, colors: 2 })
const job = await createKMeans(engine, { rows: 3, columns: 2, k: 2 })

type Call = (options: never) => unknown
const clustered: Call = (options) => kmeans(engine, points, { k: 1, ...(options as object) })
const curve: Call = (options) => elbow(engine, points, { from: 1, to: 2, ...(options as object) })
const reduced: Call = (options) => quantize(engine, image, { colors: 2, ...(options as object) })
const together: Call = (options) => quantizeTogether(engine, [image], { colors: 2, ...(options as object) })
const png: Call = (options) => encodePng(indexed, options)
const gif: Call = (options) => encodeGif(indexed, options)
const palette: Call = (options) => encodePalette(indexed.palette, 'json', options)
const product: Call = (options) => multiply(engine, [[1]], [[2]], options)
const estimate: Call = (options) => estimateKMeans({ rows: 3, columns: 2, k: 1, ...(options as object) })
const sides: Call = (options) => tuneMultiply(engine, { rows: 1, depth: 1, columns: 1, ...(options as object) })
const table: Call = (options) => readTable('no.csv', options)
const fit: Call = (options) => network.fit(points, { epochs: 1, ...(options as object) })
const classify: Call = (options) => classifier.fit(points, [0, 1, 0], { epochs: 1, ...(options as object) })

const cases: [string, Call, object, string | RegExp][] = [
  ['elbow, by its own name', curve, { frob: 1 }, /^elbow has no option 'frob'; it takes from, to, init, weights/],
  ['k, which elbow has none of', curve, { k: 3 }, "elbow has no option 'k'"],
  ['a seeding that is none', curve, { init: 5 }, /^init must be one of 'auto'.*got 5$/],
  ['quantizeTogether, by its own name', together, { frob: 1 }, /^quantizeTogether has no option 'frob'(?!.*\binto\b)/],
  [
    'a quantizer, by its own name',
    (options) => quantizer.quantize(image, options),
    { a: 1 },
    /^quantizer.quantize has/,
  ],
  ['twins that the CPU runs anyway', createEngine, { backend: 'cpu', twins: ['fold-sums'] }, /leave twins out/],
  ['twins that are no list', createEngine, { backend: 'cpu', twins: 5 }, 'twins must be an array of strings, got 5'],
  ['memory in words', createEngine, { backend: 'cpu', memoryLimit: '3' }, /memoryLimit must be .* got '3'/],
  ['k in words', clustered, { k: '8' }, "k must be an integer from 1 to 65536, got '8'"],
  ['no signal', clustered, { signal: false }, 'signal must be an AbortSignal, got false'],
  ['no listener', clustered, { onProgress: 0 }, 'onProgress must be a function, got 0'],
  ['no weights', clustered, { weights: false }, 'weights must be an array'],
  ['no textures', reduced, { into: 0 }, 'into takes options'],
  ['centroids that are none', (options) => job.prepare(options), { points, centroids: 0 }, 'points must be'],
  ['an unknown option of a PNG', png, { frob: 1 }, "encodePng has no option 'frob'; it takes signal"],
  ['a signal of a PNG that is none', png, { signal: {} }, 'signal must be an AbortSignal'],
  ['a delay that is none', gif, { delay: true }, /^delay must/],
  ['a name that is none', palette, { name: 5 }, 'name must be a string, got 5'],
  ['pixels that are none', palette, { pixels: 0 }, 'pixels must hold a number for each of'],
  ['a matrix turned by words', product, { transposeA: 'no' }, "transposeA must be true or false, got 'no'"],
  ['an unknown seeding of an estimate', estimate, { init: 'foo' }, /^init must be .* got 'foo'$/],
  ['weights of an estimate by number', estimate, { weighted: 1 }, 'weighted must be true or false, got 1'],
  ['a product turned by words', sides, { transposeB: 'no' }, "transposeB must be true or false, got 'no'"],
  ['a header by words', table, { header: 'yes' }, "header must be true or false, got 'yes'"],
  ['columns as one text', table, { text: 'a' }, "text must be an array of strings, got 'a'"],
  ['a separator by number', table, { delimiter: 5 }, 'delimiter must be a string, got 5'],
  ['a comment by number', table, { comment: 5 }, 'comment must be a string, got 5'],
  ['mixed columns by another name', table, { mixed: 'keep' }, "mixed must be 'refuse' or 'text', got 'keep'"],
  [
    'a validation that is none',
    fit,
    { validation: false },
    /^validation must be points or a share above 0 and below 1/,
  ],
  ['an optimizer with too much', fit, { optimizer: { ...adam(), momentum: 1 } }, "adam has no option 'momentum'"],
  ['a classifier validated on nothing', classify, { validation: { points } }, 'labels must be an array'],
  ['a classifier validated on a word', classify, { validation: 'foo' }, /^validation (must be|takes)/],
  ['a classifier validated on too much', classify, { validation: { points, labels: [0, 1, 0], a: 1 } }, "option 'a'"],
  ['an optimizer of numbers', adam as Call, [3], /adam takes options/],
  ['an unknown option of a layer', (options) => conv2d(2, options), { sides: 3 }, "conv2d has no option 'sides'"],
  [
    'a decoder that is none',
    (o) => createAutoencoder(engine, o),
    { inputs: 2, encoder: [dense(1)], decoder: 0 },
    /^decoder/,
  ],
]

test.each(cases)('%s', async (_, call, options, message) => {
  const error = await Promise.resolve()
    .then(() => call(options as never))
    .catch((reason) => reason as LloydError)
    .then((outcome) => outcome as LloydError)
  expect(error).toBeInstanceOf(LloydError)
  expect(error.code).toBe('InputError')
  expect(error.message).toMatch(message)
})

test('an engine that falls back to the CPU may name twins', async () => {
  const own = await createEngine({ twins: ['fold-sums'] })
  own.destroy()
})
