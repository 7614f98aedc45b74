import { type NumberColumn, type Table, type TableColumn, unnamedColumn } from '../../data/tables/table.js'
import { LloydError } from '../../engine/error.js'
import { describeType, type Field, parseLiteral, parseType } from './npy-header.js'
import { isKeptAsText, type ReadTableOptions } from './table-options.js'
import { finishTyped, otherColumn, requireDistinctNames, typedColumns } from './typed-column.js'

type ReadElement = (view: DataView, offset: number, littleEndian: boolean) => number | bigint

/** Readers of NumPy's numeric element types, by kind and size. */
const ELEMENTS: Record<string, ReadElement> = {
  b1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u1: (view, offset) => view.getUint8(offset),
  i2: (view, offset, little) => view.getInt16(offset, little),
  u2: (view, offset, little) => view.getUint16(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  i8: (view, offset, little) => view.getBigInt64(offset, little),
  u8: (view, offset, little) => view.getBigUint64(offset, little),
  f2: (view, offset, little) => decodeHalf(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
}

/** Remedies for elements that are not numbers, by kind. */
const REMEDIES: Record<string, string> = {
  M: "save it as numbers, as in a.astype('int64')",
  m: "save it as numbers, as in a.astype('int64')",
  c: 'save its parts, as in numpy.hstack([a.real, a.imag])',
}

/**
 * Reads a NumPy array file: a magic string, a version, the length of the header, the header (a Python dictionary) and
 * the elements. The fields of records are columns. Source: numpy.lib.format.
 */
export function readNpy(path: string, file: Uint8Array, options: ReadTableOptions): Table {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const { fields, size, isRecord, fortran, shape, start } = readHeader(path, file, view)
  if (!isRecord) requireNumbers(path, fields[0])
  if (shape.length < 1 || shape.length > (isRecord ? 1 : 2)) {
    const dimensions = `${path} has ${shape.length} dimensions`
    const remedy = isRecord ? 'save records with one, as in a.ravel()' : 'save it with two, as in a.reshape(len(a), -1)'
    throw new LloydError('FormatError', `${dimensions}; ${remedy}`)
  }
  const [rows, width = 1] = shape
  if (rows === 0 || width === 0 || fields.length === 0) {
    throw new LloydError('FormatError', `${path} has shape (${shape.join(', ')}); give a table with at least one row`)
  }
  const expected = start + rows * width * size
  if (file.length < expected) {
    throw new LloydError('FormatError', `${path} ends after ${file.length} of ${expected} bytes; get an intact copy`)
  }
  const [rowStep, columnStep] = fortran ? [size, rows * size] : [width * size, size]
  const all = isRecord
    ? fields.flatMap(spread)
    : Array.from({ length: width }, (_, at) => ({ ...fields[0], name: unnamedColumn(at), offset: at * columnStep }))
  const names = all.map(({ name }) => name)
  if (isRecord) requireDistinctNames(path, names)
  const columns = all.flatMap(({ name, offset, type, little }, index): TableColumn[] => {
    const read = ELEMENTS[type]
    if (!read) return [otherColumn(name, describeType(type))]
    const keepsText = isKeptAsText(name, index, names, options.text ?? [])
    const cells = { read, start: start + offset, step: rowStep, little, view }
    if (keepsText || type === 'i8' || type === 'u8') {
      return typedColumns(name, 'number', rows, [elementsOf(cells, rows)], keepsText)
    }
    return [fastColumn(name, rows, cells)]
  })
  return finishTyped(path, options, { format: 'npy', rows, columns, named: isRecord })
}

interface Cells {
  read: ReadElement
  view: DataView
  start: number
  step: number
  little: boolean
}

function* elementsOf({ read, view, start, step, little }: Cells, rows: number): Generator<number | bigint> {
  for (let row = 0, at = start; row < rows; row++, at += step) yield read(view, at, little)
}

/** The column of elements that float64 can represent, read without a generator. */
function fastColumn(name: string, rows: number, { read, view, start, step, little }: Cells): NumberColumn {
  const values = new Float64Array(rows)
  let missing = 0
  for (let row = 0, at = start; row < rows; row++, at += step) {
    const value = read(view, at, little) as number
    values[row] = value
    if (Number.isNaN(value)) missing++
  }
  return { kind: 'number', name, values, missing }
}

/** The columns of a field: one for each number where it is an array of numbers. */
function spread(field: Field): Field[] {
  const { name, offset, size, count, type } = field
  if (count === 1 || !ELEMENTS[type]) return [field]
  return Array.from({ length: count }, (_, at) => ({ ...field, name: `${name}[${at}]`, offset: offset + at * size }))
}

function requireNumbers(path: string, { type }: Field): void {
  if (ELEMENTS[type]) return
  const remedy = REMEDIES[type[0]] ?? 'save it as float64, as in a.astype(float)'
  throw new LloydError('FormatError', `${path} holds ${describeType(type)}, elements of type ${type}; ${remedy}`)
}

function readHeader(path: string, file: Uint8Array, view: DataView) {
  const latin1 = new TextDecoder('latin1')
  const damaged = (what: string) => new LloydError('FormatError', `${path} ${what}; write it with numpy.save`)
  if (file.length < 12 || latin1.decode(file.subarray(0, 6)) !== '\x93NUMPY') throw damaged('is not an .npy file')
  const version = file[6]
  if (version < 1 || version > 3) throw damaged(`is in version ${version} of the .npy format, not 1 to 3`)
  const start = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true)
  const bytes = file.subarray(version === 1 ? 10 : 12, start)
  const header = parseLiteral((version === 3 ? new TextDecoder() : latin1).decode(bytes))
  const { descr, fortran_order: fortran, shape } = (header ?? {}) as Record<string, never>
  const dimensions = Array.isArray(shape) ? (shape as unknown[]) : null
  if (descr === undefined || typeof fortran !== 'boolean' || !dimensions?.every(Number.isInteger)) {
    throw damaged('has a damaged header')
  }
  const type = parseType(descr)
  if (!type) throw damaged(`holds elements of the unknown type ${JSON.stringify(descr).replaceAll('"', "'")}`)
  return { ...type, fortran: fortran as boolean, shape: dimensions as number[], start }
}

/** IEEE 754 binary16. */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}
