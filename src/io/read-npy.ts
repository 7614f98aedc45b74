import { LloydError } from '../engine/error.js'
import { type NumberColumn, type Table, unnamedColumn } from './table.js'

type ReadElement = (view: DataView, offset: number, littleEndian: boolean) => number

/** NumPy's element types that are numbers, by their kind and bytes. */
const ELEMENTS: Record<string, ReadElement> = {
  b1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u1: (view, offset) => view.getUint8(offset),
  i2: (view, offset, little) => view.getInt16(offset, little),
  u2: (view, offset, little) => view.getUint16(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  i8: (view, offset, little) => Number(view.getBigInt64(offset, little)),
  u8: (view, offset, little) => Number(view.getBigUint64(offset, little)),
  f2: (view, offset, little) => decodeHalf(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
}

/**
 * Reads NumPy's array file: a magic string, a version, the length of a header, the header (a Python dictionary) and the
 * elements. Source: numpy.lib.format.
 */
export function readNpy(path: string, file: Uint8Array): Table {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const { type, little, fortran, shape, start } = readHeader(path, file, view)
  const read = ELEMENTS[type]
  if (!read) {
    throw new LloydError(
      'FormatError',
      `${path} holds elements of type ${type}; save it as float64, as in a.astype(float)`,
    )
  }
  if (shape.length < 1 || shape.length > 2) {
    throw new LloydError(
      'FormatError',
      `${path} has ${shape.length} dimensions; save it with two, as in a.reshape(len(a), -1)`,
    )
  }
  const [rows, width = 1] = shape
  if (rows === 0 || width === 0) {
    throw new LloydError('FormatError', `${path} has shape (${shape.join(', ')}); give a table with at least one row`)
  }
  const size = Number(type.slice(1))
  const expected = start + rows * width * size
  if (file.length < expected) {
    throw new LloydError('FormatError', `${path} ends after ${file.length} of ${expected} bytes; get an intact copy`)
  }
  const [rowStep, columnStep] = fortran ? [size, rows * size] : [width * size, size]
  const columns = Array.from({ length: width }, (_, column): NumberColumn => {
    const values = new Float64Array(rows)
    let missing = 0
    for (let row = 0, offset = start + column * columnStep; row < rows; row++, offset += rowStep) {
      const value = read(view, offset, little)
      values[row] = value
      if (Number.isNaN(value)) missing++
    }
    return { kind: 'number', name: unnamedColumn(column), values, missing }
  })
  return { format: 'npy', rows, columns, named: false, label: null, classes: [], lines: null }
}

function readHeader(path: string, file: Uint8Array, view: DataView) {
  const latin1 = new TextDecoder('latin1')
  const damaged = (what: string) => new LloydError('FormatError', `${path} ${what}; write it with numpy.save`)
  if (file.length < 12 || latin1.decode(file.subarray(0, 6)) !== '\x93NUMPY') throw damaged('is not an .npy file')
  const version = file[6]
  if (version < 1 || version > 3) throw damaged(`is of version ${version} of the .npy format, not 1 to 3`)
  const start = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true)
  const header = latin1.decode(file.subarray(version === 1 ? 10 : 12, start))
  const [, order, type] = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header) ?? []
  const [, fortran] = /'fortran_order':\s*(True|False)/.exec(header) ?? []
  const [, shape] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? []
  if (/'descr':\s*\[/.test(header)) throw damaged('holds records with named fields; save one plain array')
  if (!type || !fortran || shape === undefined) throw damaged('has a damaged header')
  return {
    type,
    little: order !== '>',
    fortran: fortran === 'True',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
    start,
  }
}

/** IEEE 754 binary16. */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}
