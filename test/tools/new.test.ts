/** `npm run new` in a copy of this repository: what it refuses, and that what it writes lacks nothing but the work. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'lloyd-new-'))
  for (const path of readdirSync(root).filter((path) => !/^(\.git|node_modules|dist)$/.test(path))) {
    cpSync(join(root, path), join(copy, path), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')
})
afterAll(() => rmSync(copy, { recursive: true }))

/** Runs a script of the copy with Node: its exit code and what it printed. */
function run(script: string, ...args: string[]): { code: number | null; output: string } {
  // Without what this run of Vitest, and `.ci/run`, tell their own processes.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV|LLOYD_UNTIL)/.test(name)),
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: copy,
    encoding: 'utf8',
    env,
  })
  return { code: status, output: stdout + stderr }
}

const create = (...args: string[]) => run('src/tools/new.js', ...args)

/** Titles of the tests that failed, and what they said. */
function failuresOf(...args: string[]): Map<string, string> {
  const report = join(copy, 'report.json')
  run('node_modules/vitest/vitest.mjs', 'run', '--reporter=json', `--outputFile=${report}`, ...args)
  type Assertion = { status: string; title: string; failureMessages: string[] }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { message: string; assertionResults: Assertion[] }[]
  }
  // What a file says that could not run.
  expect(testResults.map(({ message }) => message).join('')).toBe('')
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  return new Map(
    all.filter(({ status }) => status === 'failed').map(({ title, failureMessages: [first] }) => [title, first]),
  )
}

test.each([
  [[], /^npm run new kernel ROOM\/NAME, /],
  [['shader', 'my-shader'], /^npm run new kernel ROOM\/NAME, /],
  [['kernel', 'my-kernel'], /^npm run new kernel ROOM\/NAME, /],
  [['method', 'MyMethod'], /^npm run new kernel ROOM\/NAME, /],
  [['kernel', 'medians/my-kernel'], /^there is no room medians, but color\/dither, .*: mkdir shaders\/medians\n$/],
  [['kernel', 'points/softmax'], /^shaders\/network\/softmax\.wgsl has this name\n$/],
  [['method', 'elbow'], /^src\/index\.ts exports elbow\n$/],
  [['command', 'my-command'], /^there is no src\/options\/my-command\.ts; first npm run new method my-command\n$/],
])('refuses %j', (args, message) => {
  const { code, output } = create(...args)
  expect(output).toMatch(message)
  expect(code).toBe(2)
})

describe('a kernel in a new room, a method and its command', () => {
  beforeAll(() => {
    mkdirSync(join(copy, 'shaders/sample'))
    const made = [create('kernel', 'sample/my-kernel'), create('method', 'my-method'), create('command', 'my-method')]
    for (const { code, output } of made) expect(code, output).toBe(0)
  })

  test('are formatted, and lint', () => {
    const { code, output } = run('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')
    expect(code, output).toBe(0)
  })

  test.runIf(process.env.LLOYD_VERIFY)('type-check', () => {
    const include = ['src/**/*.d.ts', 'src/cli/main.ts', 'src/options/help/reference.ts', 'test/contract/methods.ts']
    include.push('test/*/my-*.ts', 'test/kernels/samples/my-*.ts')
    writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify({ extends: './tsconfig.json', include }))
    const { code, output } = run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.new.json')
    expect(code, output).toBe(0)
  })

  test('are listed in order', () => {
    const text = (path: string) => readFileSync(join(copy, path), 'utf8')
    const names = /`\n([^`]*)\n`/.exec(text('src/engine/kernel-names.ts'))![1].split(/\s/)
    expect(names).toContain('my-kernel')
    expect(names).toEqual([...names].sort())
    expect(text('docs/options.md')).toContain('## myMethod\n')
    expect(text('src/index.ts')).toContain('export { type MyMethod, type MyMethodOptions, myMethod }')
  })

  test.runIf(process.env.LLOYD_VERIFY)('fail where they wait to be written, with a message that says what', () => {
    expect(run('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn')).toMatchObject({ code: 0 })
    const kernel = failuresOf('test/kernels', '-t', 'my-kernel|every kernel')
    expect([...kernel.keys()]).toEqual(['no flags'])

    const method = failuresOf('test/clustering/my-method.test.ts', 'test/options', 'test/rooms.test.ts')
    expect([...method.keys()]).toEqual(['finds what the textbook finds'])
    expect(method.get('finds what the textbook finds')).toContain('test/oracle/my-method.ts: write the oracle')

    const contract = failuresOf('test/contract', '-t', 'myMethod')
    expect(contract.get('gives plain data, and the same again')).toContain('myMethod: queue a kernel')
    for (const [title, message] of contract) expect(message, title).toMatch(/myMethod: queue a kernel/)

    const command = failuresOf('test/cli/my-method.test.ts')
    expect([...command.keys()]).toEqual(['finds two groups, and writes the labels that it prints'])
    expect([...command.values()][0]).toContain('myMethod: queue a kernel')
  })
})
