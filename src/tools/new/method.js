import { camelCase, capitals, insertBefore, pascalCase } from './names.js'

/** The files of a method of clustering. */
export function methodFiles(name) {
  const [camel, pascal, table] = [camelCase(name), pascalCase(name), capitals(name)]
  const method = `src/clustering/${name}/${name}`
  return {
    files: {
      [`src/options/${name}.ts`]: tableText(table),
      [`src/options/help/${name}.ts`]: helpText(name, table),
      [`${method}.ts`]: `${typesText(name, pascal, table)}${methodText(camel, pascal, table)}`,
      [`test/oracle/${name}.ts`]: oracleText(name, camel),
      [`test/clustering/${name}.test.ts`]: testText(name, camel),
    },
    edits: {
      'src/index.ts': (text) =>
        `export { type ${pascal}, type ${pascal}Options, ${camel} } from './${method.slice(4)}.js'\n${text}`,
      'src/options/help/reference.ts': (text) => {
        const imports = `import { ${table} } from '../${name}.js'\nimport { ${table}_HELP } from './${name}.js'\n`
        const entry = insertBefore(text, "  entry('quantize',", `  entry('${camel}', ${table}, ${table}_HELP),`)
        return entry && imports + entry
      },
      'test/contract/methods.ts': (text) => {
        const line = `  method('${camel}', (e, p, o) => ${camel}(e, p, { k: 4, ...o }), SEEDED),`
        return insertBefore(insertBefore(text, "  method('quantize',", line) ?? '', '  kmeans,', `  ${camel},`)
      },
    },
    next: `npx vitest run test/clustering/${name}.test.ts, then npx vitest run test/contract -t ${camel}`,
  }
}

function tableText(table) {
  return `import { MAX_CLUSTERS } from './limits.js'
import { LISTENER, SEED, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { integer } from './types.js'

export const ${table} = {
  k: { type: integer, from: 1, to: MAX_CLUSTERS, required: true },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
`
}

function helpText(name, table) {
  return `import type { ${table} } from '../${name}.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const ${table}_HELP: Sentences<typeof ${table}> = {
  k: 'number of clusters',
  seed: 'seed of the random choices',
  signal: SIGNAL,
  onProgress: PROGRESS,
}
`
}

function typesText(name, pascal, table) {
  return `import { findOrigin } from '../../data/origin.js'
import { type PointSet, withPointSet } from '../../data/points.js'
import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { ${table} } from '../../options/${name}.js'
import { readOptions, type Settings } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { requireClusters } from '../kmeans/limits.js'

export interface ${pascal}Options {
  /** Number of clusters, at most that of the points. */
  k: number
  /** Seed of the random choices, default 0. */
  seed?: number
  /** Aborts the work; the promise rejects with \`signal.reason\`. */
  signal?: AbortSignal
  /** Called with the progress of the stage \`cluster\`. */
  onProgress?: (progress: Progress) => void
}

/** A clustering. Plain data. */
export interface ${pascal} {
  /** The cluster of each point, 0 … k − 1. */
  labels: Uint32Array
}

type ${pascal}Settings = Settings<${pascal}Options, typeof ${table}>

`
}

function methodText(camel, pascal, table) {
  return `/** What it computes, its objective and its source (paper, equation). */
export async function ${camel}(engine: Engine, points: Points, options: ${pascal}Options): Promise<${pascal}> {
  const executor = executorOf(engine)
  const settings = readOptions('${camel}', options, ${table})
  const { k, signal } = settings
  signal?.throwIfAborted()
  const check = (rows: number) => requireClusters(k, rows)
  return await withPointSet(executor, points, { signal, check, originOf: findOrigin }, (set) =>
    clusterPoints(executor, set, settings),
  )
}

async function clusterPoints(
  executor: Executor,
  set: PointSet,
  { k, signal, onProgress }: ${pascal}Settings,
): Promise<${pascal}> {
  const report = (done: number) => onProgress?.({ stage: 'cluster', done, total: set.rows })
  const scope = new BufferScope(executor)
  try {
    const labels = new Uint32Array(set.rows)
    const chunkLabels = scope.allocate('${camel}.labels', 4 * Math.max(...set.chunkRows))
    report(0)
    for await (const { points, firstRow, rows } of set.pass()) {
      const run = (first: number, count: number) => {
        // executor.run(kernel, { firstRow: first, rows: count, … }, { points, shift: set.shiftBuffer, labels: chunkLabels })
        throw new Error(\`${camel}: queue a kernel for \${count} rows of \${points.label} from \${first} on\`)
      }
      await executor.pace.cut(rows, k * set.columns, run, { signal })
      labels.set(new Uint32Array(await executor.read(chunkLabels, 0, 4 * rows)), firstRow)
      report(firstRow + rows)
    }
    return { labels }
  } finally {
    scope.release()
  }
}
`
}

function oracleText(name, camel) {
  return `/** The method from the textbook (author, title, year), in float64, on its own: nothing here comes from src. */
export function ${camel}(points: readonly number[][], k: number): number[] {
  throw new Error(\`test/oracle/${name}.ts: write the oracle, for \${points.length} points and k = \${k}\`)
}
`
}

function testText(name, camel) {
  return `import { ${camel} } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { ${camel} as oracle } from '../oracle/${name}'
import { testEngines } from '../support/engines'

describe.each(await testEngines())('$name', ({ engine }) => {
  test('finds what the textbook finds', async () => {
    const points = [[0], [1], [10], [11]]
    const expected = oracle(points, 2)
    const { labels } = await ${camel}(engine, points, { k: 2 })
    expect([...labels]).toEqual(expected)
  })
})
`
}
