/** The model files that commands which cluster a table write with --save, and `lloyd predict` reads. */
import { readFile } from 'node:fs/promises'
import { LloydError } from 'lloyd'
import { version } from '../../../package.json'
import { type DbscanModel, faultOfDbscan, faultOfHdbscan, type HdbscanModel } from './density-models.js'
import { faultOfKmeans, type KmeansModel } from './kmeans-model.js'
import { faultOfMedoids, type MedoidsModel } from './medoids-model.js'
import { faultOfMixture, type MixtureModel } from './mixture-model.js'
import { type FaultOf, type Fields, faultOfTable, type TableModel } from './model-table.js'
import { formatJson } from './table-job.js'

const VERSION = 1
/** The commands that write models. */
export const WRITERS = 'lloyd kmeans, dbscan, hdbscan, medoids or mixture --save'
const REMEDY = `give a file that ${WRITERS} wrote`

export type Model = (KmeansModel | DbscanModel | HdbscanModel | MedoidsModel | MixtureModel) & {
  version: typeof VERSION
}

const FAULTS: Record<string, FaultOf<never>> = {
  'lloyd.kmeans': faultOfKmeans,
  'lloyd.dbscan': faultOfDbscan,
  'lloyd.hdbscan': faultOfHdbscan,
  'lloyd.medoids': faultOfMedoids,
  'lloyd.mixture': faultOfMixture,
} satisfies Record<Model['schema'], FaultOf<never>>

/** The first fields of a model; `lloyd` is the version that wrote it. */
export const modelHead = <S extends Model['schema']>(schema: S) =>
  ({ schema, version: VERSION, lloyd: version }) as const

/** The text of a model from its own part and what it says of its table. */
export function formatModel({ schema, ...own }: { schema: Model['schema'] }, table: TableModel): string {
  return `${formatJson({ ...modelHead(schema), ...table, ...own })}\n`
}

/** Reads and checks a model; throws a `FormatError` for files that lloyd did not write. */
export async function readModel(path: string, signal: AbortSignal): Promise<Model> {
  let text: string
  try {
    text = await readFile(path, { encoding: 'utf8', signal })
  } catch (error) {
    signal.throwIfAborted()
    const { code } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? `there is no model ${path}` : `the model ${path} cannot be read (${code})`
    throw new LloydError('InputError', `${what}; ${REMEDY}`, { cause: error })
  }
  let model: Fields<Model>
  try {
    model = JSON.parse(text)
  } catch (error) {
    throw new LloydError('FormatError', `${path} is not JSON, or is damaged; ${REMEDY}`, { cause: error })
  }
  const faultOf = Object.hasOwn(FAULTS, String(model?.schema)) ? FAULTS[model.schema as string] : null
  if (!faultOf) throw new LloydError('FormatError', `${path} is not a model of lloyd; ${REMEDY}`)
  if (model.version !== VERSION) {
    const other = JSON.stringify(model.version)
    throw new LloydError(
      'FormatError',
      `${path} is a model of version ${other}, but this version of lloyd reads ${VERSION}; use the version that wrote it`,
    )
  }
  const columns = model.columns as string[]
  const isRow = (row: unknown) => Array.isArray(row) && row.length === columns.length && row.every(Number.isFinite)
  const fault = faultOfTable(model, isRow) ?? faultOf(model as never, isRow)
  if (fault) throw new LloydError('FormatError', `the model ${path} is damaged: ${fault}; ${REMEDY}`)
  return model as Model
}
