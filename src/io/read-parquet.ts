import { open } from 'node:fs/promises'
import { type AsyncBuffer, parquetMetadataAsync, parquetRead, parquetSchema, type SchemaTree } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { LloydError } from '../engine/error.js'
import type { ReadTableOptions, Table, TableColumn } from './table.js'
import { otherColumn, requireDistinctNames, type Typed, typedColumn } from './typed-column.js'

/** Reads a Parquet file, one column at a time. */
export async function readParquet(path: string, { signal }: ReadTableOptions): Promise<Table> {
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
      throw new LloydError('FormatError', `${path} is not a Parquet file; name it by what it is`)
    }
    const metadata = await parquetMetadataAsync(file)
    const rows = Number(metadata.num_rows)
    const { children } = parquetSchema(metadata)
    requireDistinctNames(
      path,
      children.map(({ element }) => element.name),
    )
    if (rows === 0 || children.length === 0) {
      throw new LloydError('FormatError', `${path} has no rows; give a table with at least one`)
    }
    const columns: TableColumn[] = []
    for (const child of children) {
      signal?.throwIfAborted()
      const { name } = child.element
      const kind = kindOf(child)
      if (kind !== 'number' && kind !== 'text') {
        columns.push(otherColumn(name, kind.other))
        continue
      }
      const pieces: { start: number; data: Iterable<unknown> }[] = []
      await parquetRead({
        file,
        metadata,
        compressors,
        columns: [name],
        onChunk: ({ rowStart, columnData }) => pieces.push({ start: rowStart, data: columnData }),
      })
      pieces.sort((a, b) => a.start - b.start)
      columns.push(
        typedColumn(
          name,
          kind,
          rows,
          pieces.map(({ data }) => data),
        ),
      )
    }
    return { format: 'parquet', rows, columns, named: true, label: null, classes: [], lines: null }
  } finally {
    await handle.close()
  }
}

function kindOf({ element, children }: SchemaTree): Typed {
  if (children.length > 0) return { other: 'lists or structures' }
  if (element.repetition_type === 'REPEATED') return { other: 'lists' }
  const logical = element.logical_type?.type
  const converted = element.converted_type
  if (logical === 'FLOAT16' || logical === 'DECIMAL' || converted === 'DECIMAL') return 'number'
  if (logical === 'INTEGER' || /^U?INT_/.test(converted ?? '')) return 'number'
  if (logical === 'DATE' || logical === 'TIME' || logical === 'TIMESTAMP') return { other: 'times' }
  if (/^(DATE|TIME|INTERVAL)/.test(converted ?? '') || element.type === 'INT96') return { other: 'times' }
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
