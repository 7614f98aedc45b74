import { Readable } from 'node:stream'
import Papa from 'papaparse'

/** The rows of one piece of a text; `faults`: the kind of what is wrong with a row, such as `Quotes`. */
export type TakeRows = (rows: string[][], faults: ReadonlyMap<number | undefined, string>) => void

/** Parses delimited text in pieces and passes on the rows of each. */
export async function parseRows(
  pieces: AsyncIterable<string>,
  separator: string,
  signal: AbortSignal | undefined,
  take: TakeRows,
): Promise<void> {
  const input = Readable.from(pieces)
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(input, {
      delimiter: separator,
      newline: '\n',
      chunk: ({ data, errors }, parser) => {
        try {
          signal?.throwIfAborted()
          take(data, new Map(errors.map(({ row, type }) => [row, type])))
        } catch (error) {
          // Reject before the abort, which reports completion.
          reject(error)
          parser.abort()
          input.destroy()
        }
      },
      complete: () => resolve(),
      error: reject,
    })
  })
}
