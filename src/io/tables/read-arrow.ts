import { CompressionType, type DataType, setCompressionCodec, Type, tableFromIPC } from '@uwdata/flechette'
import { decompressZstd } from 'hyparquet-compressors'
import type { Table } from '../../data/tables/table.js'
import { LloydError } from '../../engine/error.js'
import { decodeLz4Frame } from './lz4-frame.js'
import { isKeptAsText, type ReadTableOptions } from './table-options.js'
import { finishTyped, otherColumn, requireDistinctNames, type Typed, typedColumns } from './typed-column.js'

/** A stand-in for the encoders that the decoder registry asks for: files are only read. */
const encode = (): never => {
  throw new Error('not a writer')
}
setCompressionCodec(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame, encode })
// The decoder returns part of a larger array, which may not be aligned as vectors must be.
setCompressionCodec(CompressionType.ZSTD, { decode: (bytes) => decompressZstd(bytes).slice(), encode })

/** Reads an Arrow IPC file (Feather 2 is the same format) or stream. */
export function readArrow(path: string, file: Uint8Array, options: ReadTableOptions): Table {
  const magic = new TextDecoder('latin1').decode(file.subarray(0, 6))
  if (magic.startsWith('FEA1')) {
    throw new LloydError(
      'FormatError',
      `${path} is in version 1 of the Feather format; save it as version 2, or as Parquet`,
    )
  }
  if (magic !== 'ARROW1' && !magic.startsWith('\xff\xff\xff\xff')) {
    throw new LloydError('FormatError', `${path} is not an Arrow or Feather file; rename it to match its format`)
  }
  // A Buffer may start at any address; Arrow's vectors must be aligned.
  const table = tableFromIPC(file.byteOffset % 8 === 0 ? file : file.slice(), { useBigInt: true, useDate: true })
  const rows = table.numRows
  const names = table.schema.fields.map((field) => field.name)
  requireDistinctNames(path, names)
  if (rows === 0 || names.length === 0) {
    throw new LloydError('FormatError', `${path} has no rows; give a table with at least one`)
  }
  const columns = table.schema.fields.flatMap(({ name, type }, index) => {
    const kind = kindOf(type)
    if (typeof kind !== 'string') return [otherColumn(name, kind.other)]
    const keepsText = isKeptAsText(name, index, names, options.text ?? [])
    if (kind === 'date' && !keepsText) return [otherColumn(name, 'times')]
    return typedColumns(name, kind, rows, [table.getChildAt(index)], keepsText)
  })
  return finishTyped(path, options, { format: 'arrow', rows, columns, named: true })
}

function kindOf(type: DataType): Typed {
  switch (type.typeId) {
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
      return 'number'
    case Type.Null:
    case Type.Bool:
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'text'
    case Type.Dictionary:
      return kindOf(type.dictionary)
    case Type.Date:
    case Type.Timestamp:
      return 'date'
    case Type.Time:
    case Type.Duration:
    case Type.Interval:
      return { other: 'times' }
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
    case Type.FixedSizeList: {
      const [{ type: element }] = type.children
      return kindOf(element) === 'number' || element.typeId === Type.Bool ? 'list' : { other: 'lists' }
    }
    default:
      return { other: 'structures or bytes' }
  }
}
