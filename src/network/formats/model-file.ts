import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type FileBytes, toBytes } from '../../io/bytes.js'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../io/models/safetensors.js'
import { type Architecture, layOut } from '../layers/layout.js'
import { Model, type Scaling } from '../model.js'
import { checkTraining, type TrainingRecord } from '../training/training-record.js'

/** Prefix of lloyd's own keys in the metadata. */
const PREFIX = 'lloyd.'
const VERSION = '1'
const SCALING_MEAN = 'scaling.mean'
const SCALING_FACTOR = 'scaling.factor'
/** The content of a file. */
export type ModelKind = 'autoencoder' | 'classifier'

const LOADERS: Record<ModelKind, string> = { autoencoder: 'loadAutoencoder', classifier: 'loadClassifier' }

/**
 * A model as a safetensors file: a tensor for each parameter and, with standardized columns, `scaling.mean` and
 * `scaling.factor`, x ↦ (x − mean) · factor. Metadata, all strings: `lloyd.model`, `lloyd.version`, and
 * `lloyd.architecture` and `lloyd.training` in JSON; then `own`.
 */
export async function encodeModel(
  model: Model,
  kind: ModelKind,
  architecture: object,
  own: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const metadata = {
    [`${PREFIX}model`]: kind,
    [`${PREFIX}version`]: VERSION,
    [`${PREFIX}architecture`]: JSON.stringify(architecture),
    ...(model.training && { [`${PREFIX}training`]: JSON.stringify(model.training) }),
    ...checkMetadata(own),
  }
  const parameters = Object.entries(await model.readParameters())
  const tensors = parameters.map(([name, { data, rows, columns }]) => [name, store(data, [rows, columns])] as const)
  const { scale } = model
  const scaling = scale
    ? ([
        [SCALING_MEAN, store(scale.mean, [scale.mean.length])],
        [SCALING_FACTOR, store(scale.factor, [scale.factor.length])],
      ] as const)
    : []
  return encodeSafetensors({ metadata, tensors: new Map([...tensors, ...scaling]) })
}

function checkMetadata(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(own)) {
    if (typeof value !== 'string') {
      throw new LloydError('InputError', `metadata '${key}' must be a string, got ${typeof value}; use JSON.stringify`)
    }
    if (key.startsWith(PREFIX)) {
      throw new LloydError('InputError', `metadata '${key}' begins with '${PREFIX}', which is reserved; rename it`)
    }
  }
  return own
}

/**
 * Reads the model in `file`; `check` creates its architecture from the stored one, which must have all `keys`, without
 * defaults. Throws a `FormatError` for a damaged file, or one of another kind.
 */
export function decodeModel<Stored>(
  executor: Executor,
  file: FileBytes,
  kind: ModelKind,
  keys: readonly string[],
  check: (stored: Stored) => Architecture,
): { model: Model; metadata: Record<string, string> } {
  const { metadata, tensors } = decodeSafetensors(toBytes(LOADERS[kind], file))
  const own = metadata[`${PREFIX}model`]
  if (own !== kind) {
    const what = own === undefined ? 'a safetensors file, but no model of lloyd' : `a model of the kind '${own}'`
    const loader = Object.hasOwn(LOADERS, own ?? '') ? `, which ${LOADERS[own as ModelKind]} reads` : ''
    throw fault(`this is ${what}${loader}`)
  }
  const version = metadata[`${PREFIX}version`]
  if (version !== VERSION) {
    throw new LloydError(
      'FormatError',
      `this model has version ${version} and this lloyd reads ${VERSION}; use the lloyd that wrote it`,
    )
  }
  const architecture = readArchitecture(metadata[`${PREFIX}architecture`], keys, check)
  const training = readTraining(metadata[`${PREFIX}training`])
  const parameters = layOut(architecture).parameters.map(({ name, rows, columns }) => {
    return { name, matrix: { data: take(tensors, name, [rows, columns]), rows, columns } }
  })
  const scaling = readScaling(tensors, architecture)
  if (architecture.standardize && training && !scaling) throw fault(`it has no tensor '${SCALING_MEAN}'`)
  for (const name of tensors.keys()) {
    if (parameters.some((parameter) => parameter.name === name)) continue
    if (scaling && (name === SCALING_MEAN || name === SCALING_FACTOR)) continue
    throw fault(`it has a tensor '${name}' that its architecture lacks`)
  }
  const model = new Model(executor, architecture)
  model.writeParameters(Object.fromEntries(parameters.map(({ name, matrix }) => [name, matrix])))
  if (scaling) {
    model.setScaling(scaling)
    model.settled = true
  }
  model.training = training
  return { model, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith(PREFIX))) }
}

function readArchitecture<Stored>(
  text: string | undefined,
  keys: readonly string[],
  check: (stored: Stored) => Architecture,
): Architecture {
  const description = parse('architecture', text)
  const missing = keys.find((key) => !Object.hasOwn(description, key))
  if (missing) throw fault(`its architecture has no '${missing}'`)
  try {
    return check(description as Stored)
  } catch (error) {
    throw fault(`its architecture is invalid: ${error instanceof Error ? error.message : error}`, error)
  }
}

function readTraining(text: string | undefined): TrainingRecord | null {
  if (text === undefined) return null
  const record = parse('training', text)
  try {
    return checkTraining(record as TrainingRecord)
  } catch (error) {
    throw fault(`its training record is invalid: ${error instanceof Error ? error.message : error}`, error)
  }
}

function parse(key: string, text: string | undefined): object {
  let value: unknown
  try {
    value = JSON.parse(text ?? '')
  } catch (error) {
    throw fault(`${PREFIX}${key} is ${text === undefined ? 'missing' : 'not JSON'}`, error)
  }
  if (typeof value !== 'object' || value === null) throw fault(`${PREFIX}${key} is not a JSON object`)
  return value
}

function readScaling(tensors: Map<string, StoredTensor>, { inputs, standardize }: Architecture): Scaling | null {
  if (!standardize || !(tensors.has(SCALING_MEAN) || tensors.has(SCALING_FACTOR))) return null
  const features = typeof inputs === 'number' ? inputs : inputs[0] * inputs[1] * inputs[2]
  const factor = take(tensors, SCALING_FACTOR, [features])
  const at = factor.findIndex((value) => value <= 0)
  if (at >= 0) throw fault(`${SCALING_FACTOR} has ${factor[at]} at ${at}; factors are above 0`)
  return { mean: take(tensors, SCALING_MEAN, [features]), factor }
}

/** The numbers of a tensor; throws unless it exists with that shape and all are finite. */
function take(tensors: Map<string, StoredTensor>, name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const tensor = tensors.get(name)
  if (!tensor) throw fault(`it has no tensor '${name}'`)
  if (tensor.type !== 'F32' || tensor.shape.join() !== shape.join()) {
    throw fault(`'${name}' is ${tensor.type} of shape [${tensor.shape}] and must be F32 of shape [${shape}]`)
  }
  // Little-endian, as is every machine with WebGPU. Copied, since `slice` of Node's Buffer would not.
  const data = new Float32Array(new Uint8Array(tensor.bytes).buffer)
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw fault(`'${name}' has ${data[at]} at ${at}`)
  return data
}

function store(data: Float32Array, shape: readonly number[]): StoredTensor {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { type: 'F32', shape, bytes }
}

function fault(what: string, cause?: unknown): LloydError {
  return new LloydError('FormatError', `the model cannot be read: ${what}; give a file that save() made`, { cause })
}
