import { camelCase, capitals, insertBefore, pascalCase } from './names.js'

/** The files of a command that groups the rows of a table by a method. */
export function commandFiles(name) {
  const add = `add${pascalCase(name)}Command`
  return {
    files: {
      [`src/cli/commands/${name}.ts`]: `${flagsText(name, add)}${actionText(camelCase(name))}`,
      [`test/cli/${name}.test.ts`]: testText(name),
    },
    edits: {
      'src/cli/main.ts': (text) => {
        const imported = insertBefore(
          text,
          'import { addInfoCommand }',
          `import { ${add} } from './commands/${name}.js'`,
        )
        return insertBefore(imported ?? '', '      addInfoCommand(', `      ${add}(program, signal)`)
      },
    },
    next: `npm run build && npx vitest run test/cli/${name}.test.ts`,
  }
}

function flagsText(name, add) {
  const [camel, table] = [camelCase(name), capitals(name)]
  return `import type { Command } from 'commander'
import { type EngineOptions, ${camel} } from 'lloyd'
import { ${table}_HELP } from '../../options/help/${name}.js'
import { ${table} } from '../../options/${name}.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatQuantity } from '../numbers.js'
import * as job from '../tables/table-job.js'
import { formatSummary, summarize } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends job.ReadOptions {
  k: number
  seed: number
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  force?: boolean
  json?: boolean
}

export function ${add}(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(${table}, ${table}_HELP)
  const command = program
    .command('${name}')
    .summary('group the rows of a table by ${camel}')
    .description('What it does to a table, in a sentence or two.')
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('--k <n>', 'k', { range: true, required: true }))
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
  job
    .addColumnOptions(command, false)
    .addOption(flag('--seed <n>', 'seed'))
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => clusterTable(table, options, signal))
}

`
}

function actionText(camel) {
  return `async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  job.checkOutputs([path], { '-o': options.output }, options.force)
  const prepared = await job.prepareTable(path, options, signal)
  const { table, names, ids, rows, points, remarks } = prepared
  const { k, seed } = options
  for (const text of remarks) remark(text)
  const { adapter, labels } = await job.withEngine(options.backend, signal, async (engine) => ({
    adapter: describeAdapter(engine),
    ...(await ${camel}(engine, points, { k, seed, signal, onProgress: job.progressOf(path) })),
  }))
  const clusters = summarize(rows.points, labels, k, null)

  if (options.output !== undefined) {
    const text = job.formatLabels(labels, rows.rows, table.rows, ids)
    writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.json) {
    print(
      job.formatJson({
        ...job.tableFields(path, prepared),
        ids: job.listIds(ids),
        k,
        seed,
        clusters,
        labels: job.listLabels(labels, rows.rows, table.rows),
        output: options.output,
      }),
    )
    return
  }
  print(\`table     \${path}, \${formatQuantity(points.rows, 'row')} by \${formatQuantity(points.columns, 'column')}\`)
  print(\`adapter   \${adapter}\`)
  if (options.output !== undefined) print(\`output    \${options.output}, the label of every row\`)
  print(\`\\n\${formatSummary(clusters, names)}\`)
}
`
}

function testText(name) {
  return `import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { useCli } from '../support/cli'

const cli = useCli()
const table = 'a,b\\n0,1\\n1,1\\n0,2\\n100,200\\n101,201\\n100,202\\n'
const args = ['${name}', 't.csv', '--backend', 'cpu']

it('finds two groups, and writes the labels that it prints', async () => {
  await writeFile(cli.in('t.csv'), table)
  const { code, stdout, stderr } = await cli.lloyd([...args, '--k', '2', '-o', 'labels.csv', '--json'])
  expect(code, stderr).toBe(0)
  const { labels } = JSON.parse(stdout) as { labels: number[] }
  const [first, second] = [labels[0], labels[3]]
  expect(labels).toEqual([first, first, first, second, second, second])
  expect(first).not.toBe(second)
  const lines = labels.map((label, row) => \`\${row + 1},\${label}\`)
  expect(readFileSync(cli.in('labels.csv'), 'utf8')).toBe(\`\${['row,label', ...lines].join('\\n')}\\n\`)
})

it('refuses more clusters than rows', async () => {
  await writeFile(cli.in('t.csv'), table)
  await cli.expectRefusal([...args, '--k', '9', '--columns', 'a,b'], /k is 9 but there are only 6 points/)
})
`
}
