import { concatenate } from '../../io/concatenate.js'
import { bytesField, floatField, integerField, textField } from '../../io/models/protobuf.js'
import { VERSION } from '../../version.js'

/** ONNX 1.8: old enough for every runtime, and the first with a softmax along one axis. */
const OPSET = 13
const IR_VERSION = 7

/** Codes of tensor and attribute types in onnx.proto. */
const FLOAT = 1
const INT64 = 7
const ATTRIBUTE_FLOAT = 1
const ATTRIBUTE_INTEGER = 2
const ATTRIBUTE_TEXT = 3
const ATTRIBUTE_INTEGERS = 7

/** An attribute of an operator; a number is an integer unless given as `{ float }`. */
type Attribute = number | string | readonly number[] | { float: number }

interface Node {
  operator: string
  inputs: string[]
  output: string
  attributes: Record<string, Attribute>
}

/** A graph of ONNX operators over batches of float32 vectors. Field numbers are those of onnx.proto, github.com/onnx/onnx. */
export class OnnxGraph {
  readonly #nodes: Node[] = []
  readonly #constants = new Map<string, Uint8Array>()

  /** Adds an operator and returns the name of its result; an input may be left out with ''. */
  add(operator: string, inputs: string[], attributes: Record<string, Attribute> = {}): string {
    const output = `${operator.toLowerCase()}_${this.#nodes.length}`
    this.#nodes.push({ operator, inputs, output, attributes })
    return output
  }

  floats(name: string, shape: readonly number[], data: Float32Array): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return this.#constant(name, shape, FLOAT, bytes)
  }

  /** A list of integers, such as a shape. */
  integers(...values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt)
    return this.#constant(`integers_${values.join('_')}`, [values.length], INT64, new Uint8Array(data.buffer))
  }

  #constant(name: string, shape: readonly number[], type: number, bytes: Uint8Array): string {
    const dimensions = shape.map((side) => integerField(1, side))
    const fields = [...dimensions, integerField(2, type), textField(8, name), bytesField(9, bytes)]
    if (!this.#constants.has(name)) this.#constants.set(name, concatenate(fields))
    return name
  }

  /** The file of the graph from `input` to `output`, the result of the last operator, with metadata as strings. */
  encode(
    name: string,
    input: { name: string; size: number },
    output: { name: string; size: number },
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array<ArrayBuffer> {
    const last = this.#nodes.at(-1)!
    const nodes = [...this.#nodes.slice(0, -1), { ...last, output: output.name }]
    const graph = [
      ...nodes.map((node) => bytesField(1, ...encodeNode(node))),
      textField(2, name),
      ...[...this.#constants.values()].map((tensor) => bytesField(5, tensor)),
      bytesField(11, ...encodeValue(input)),
      bytesField(12, ...encodeValue(output)),
    ]
    return concatenate([
      integerField(1, IR_VERSION),
      textField(2, 'lloyd'),
      textField(3, VERSION),
      bytesField(7, ...graph),
      bytesField(8, textField(1, ''), integerField(2, OPSET)),
      ...Object.entries(metadata).map(([key, value]) => bytesField(14, textField(1, key), textField(2, value))),
    ])
  }
}

function encodeNode({ operator, inputs, output, attributes }: Node): Uint8Array[] {
  return [
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(3, output),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, textField(1, name), ...encodeAttribute(value))),
  ]
}

function encodeAttribute(value: Attribute): Uint8Array[] {
  if (typeof value === 'number') return [integerField(3, value), integerField(20, ATTRIBUTE_INTEGER)]
  if (typeof value === 'string') return [textField(4, value), integerField(20, ATTRIBUTE_TEXT)]
  if ('float' in value) return [floatField(2, value.float), integerField(20, ATTRIBUTE_FLOAT)]
  return [...value.map((number) => integerField(8, number)), integerField(20, ATTRIBUTE_INTEGERS)]
}

/** The shape of a batch of vectors, whose first side is open. */
function encodeValue({ name, size }: { name: string; size: number }): Uint8Array[] {
  const shape = [bytesField(1, textField(2, 'batch')), bytesField(1, integerField(1, size))]
  const tensor = [integerField(1, FLOAT), bytesField(2, ...shape)]
  return [textField(1, name), bytesField(2, bytesField(1, ...tensor))]
}
