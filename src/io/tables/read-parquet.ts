import { open } from 'node:fs/promises'
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { Table, TableColumn } from '../../data/tables/table.js'
import { LloydError } from '../../engine/error.js'
import { isKeptAsText, type ReadTableOptions } from './table-options.js'
import { finishTyped, otherColumn, requireDistinctNames, type Typed, typedColumns } from './typed-column.js'

/** Reads a Parquet file, one column at a time. */
export async function readParquet(path: string, options: ReadTableOptions): Promise<Table> {
  const { signal, text = [] } = options
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start)
        for (let filled = 0; filled < bytes.length; ) {
          const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
          if (bytesRead === 0) throw new Error('it is cut off')
          filled += bytesRead
        }
        return bytes.buffer
      },
    }
    const magic = new TextDecoder('latin1').decode(await file.slice(0, Math.min(4, size)))
    if (magic !== 'PAR1') {
      throw new LloydError('FormatError', `${path} is not a Parquet file; rename it to match its format`)
    }
    const metadata = await parquetMetadataAsync(file)
    const rows = Number(metadata.num_rows)
    const { children } = parquetSchema(metadata)
    const names = children.map(({ element }) => element.name)
    requireDistinctNames(path, names)
    if (rows === 0 || children.length === 0) {
      throw new LloydError('FormatError', `${path} has no rows; give a table with at least one`)
    }
    const columns: TableColumn[] = []
    for (const [index, child] of children.entries()) {
      signal?.throwIfAborted()
      const keepsText = isKeptAsText(child.element.name, index, names, text)
      columns.push(...(await readColumn(file, metadata, child, keepsText)))
    }
    return finishTyped(path, options, { format: 'parquet', rows, columns, named: true })
  } finally {
    await handle.close()
  }
}

async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  child: SchemaTree,
  keepsText: boolean,
): Promise<TableColumn[]> {
  const { name } = child.element
  const rows = Number(metadata.num_rows)
  const kind = kindOf(child)
  if (typeof kind !== 'string') return [otherColumn(name, kind.other)]
  if (kind === 'date' && !keepsText) return [otherColumn(name, 'times')]
  const source = { file, metadata, compressors, columns: [name] }
  if (kind === 'list') {
    const cells = (await parquetReadObjects(source)).map((row) => row[name])
    return typedColumns(name, kind, rows, [cells], keepsText)
  }
  const pieces: { start: number; data: Iterable<unknown> }[] = []
  await parquetRead({
    ...source,
    onChunk: ({ rowStart, columnData }) => pieces.push({ start: rowStart, data: columnData }),
  })
  pieces.sort((a, b) => a.start - b.start)
  const cells = pieces.map(({ data }) => data)
  return typedColumns(name, kind, rows, cells, keepsText)
}

function kindOf({ element, children }: SchemaTree): Typed {
  const logical = element.logical_type?.type
  const converted = element.converted_type
  if (logical === 'LIST' || converted === 'LIST' || logical === 'JSON' || converted === 'JSON') return 'list'
  if (children.length > 0) return { other: 'structures' }
  if (element.repetition_type === 'REPEATED') return 'list'
  if (logical === 'FLOAT16' || logical === 'DECIMAL' || converted === 'DECIMAL') return 'number'
  if (logical === 'INTEGER' || /^U?INT_/.test(converted ?? '')) return 'number'
  if (logical === 'DATE' || logical === 'TIMESTAMP' || element.type === 'INT96') return 'date'
  if (/^(DATE|TIMESTAMP)/.test(converted ?? '')) return 'date'
  if (logical === 'TIME' || /^(TIME|INTERVAL)/.test(converted ?? '')) return { other: 'times' }
  switch (element.type) {
    case 'INT32':
    case 'INT64':
    case 'FLOAT':
    case 'DOUBLE':
      return 'number'
    case 'BOOLEAN':
      return 'text'
    case 'BYTE_ARRAY':
      return !logical || logical === 'STRING' || logical === 'ENUM' ? 'text' : { other: 'bytes' }
    default:
      return { other: 'bytes' }
  }
}
