import { type ChildProcess, fork, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, expect } from 'vitest'

export const dist = fileURLToPath(new URL('../../dist', import.meta.url))

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  /** Path of the command, for copies of it. */
  command?: string
  onStart?: (child: ChildProcess) => void
  /** Called each time stdout has grown, with its whole text so far. */
  onOutput?: (stdout: string, child: ChildProcess) => void
  /** The same for stderr. */
  onError?: (stderr: string, child: ChildProcess) => void
  /** Called with each part of stdout, if that is not text. */
  onBytes?: (part: Buffer, child: ChildProcess) => void
  /** Whether stdout is left unread. */
  closeOutput?: boolean
  /** Content of stdin; without it there is none. */
  input?: Uint8Array
  /** The folder to run in, instead of the test's own. */
  from?: string
  env?: NodeJS.ProcessEnv
}

/** Dawn itself writes these to stderr, on drivers whose limits it finds too high. */
const DAWN_WARNING = /^Warning: \w+ artificially reduced from .*\n/gm

let server: ChildProcess | undefined
let served: Promise<unknown> = Promise.resolve()

/**
 * Runs a command in a process that stays for the next ones: starting Node and sharp takes longer than most commands do.
 * With LLOYD_VERIFY each has a process of its own.
 */
function serveCommand(args: string[], folder: string): Promise<Outcome> {
  if (!server?.connected) {
    server = fork(fileURLToPath(new URL('cli-server.js', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    server.unref()
    server.channel!.unref()
  }
  const child = server
  const ask = () =>
    new Promise<Outcome>((resolve, reject) => {
      const end = () => reject(new Error(`lloyd ${args.join(' ')} ended the process`))
      child.once('exit', end)
      child.once('message', ({ failure, ...outcome }: Outcome & { failure?: string }) => {
        child.off('exit', end)
        if (failure) reject(new Error(failure))
        else resolve(outcome)
      })
      child.send({ command: join(dist, 'cli.js'), args, folder })
    })
  const answer = served.then(ask)
  served = answer.catch(() => {})
  return answer
}

/** The `lloyd` command in a folder of its own for each test of the file that calls this. */
export function useCli() {
  const cli = {
    folder: '',
    in: (name: string) => join(cli.folder, name),
    lloyd,
    serve,
    runJson,
    quantize,
    snapshot,
    expectRefusal,
  }

  beforeAll(() => {
    if (!existsSync(join(dist, 'cli.js'))) throw new Error('dist/cli.js is missing: npm run build')
  })
  beforeEach(async () => {
    cli.folder = await mkdtemp(join(tmpdir(), 'lloyd-cli-'))
    return () => rm(cli.folder, { recursive: true })
  })
  return cli

  /** In a process of its own where it has options or computes on a GPU. */
  function lloyd(args: string[], options?: RunOptions): Promise<Outcome> {
    return options || !args.includes('cpu') ? start(args, options) : serve(args)
  }

  /** In the process that stays. */
  function serve(args: string[]): Promise<Outcome> {
    return process.env.LLOYD_VERIFY ? start(args) : serveCommand(args, cli.folder)
  }

  function start(args: string[], options: RunOptions = {}): Promise<Outcome> {
    const {
      command = join(dist, 'cli.js'),
      onStart,
      onOutput,
      onError,
      onBytes,
      closeOutput,
      input,
      from,
      env,
    } = options
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [command, ...args], {
        cwd: from ?? cli.folder,
        stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
      })
      onStart?.(child)
      // A command that refuses its arguments does not read.
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
      const outcome: Outcome = { code: null, stdout: '', stderr: '' }
      child.stdout!.on('data', (data) => {
        onBytes?.(data, child)
        outcome.stdout += data
        onOutput?.(outcome.stdout, child)
      })
      child.stderr!.on('data', (data) => {
        outcome.stderr += data
        onError?.(outcome.stderr, child)
      })
      if (closeOutput) child.stdout!.destroy()
      child.on('error', reject)
      child.on('close', (exit, signal) => {
        // As in a shell.
        const code = signal ? 128 + constants.signals[signal] : exit
        resolve({ ...outcome, stderr: outcome.stderr.replace(DAWN_WARNING, ''), code })
      })
    })
  }

  /** `lloyd quantize` on the CPU, which starts at once; the engine is tested elsewhere. */
  function quantize(args: string[], options?: RunOptions): Promise<Outcome> {
    return lloyd(['quantize', '--backend', 'cpu', ...args], options)
  }

  /** What a command prints with --json, and `stderr`. Fails if the command does. */
  async function runJson(args: string[]) {
    const { code, stdout, stderr } = await lloyd([...args, '--json'])
    expect(code, stderr).toBe(0)
    return { ...JSON.parse(stdout), stderr }
  }

  /** Every file of the folder with its bytes. */
  function snapshot(): Record<string, string> {
    const files = readdirSync(cli.folder, { withFileTypes: true }).filter((entry) => entry.isFile())
    return Object.fromEntries(files.map(({ name }) => [name, readFileSync(cli.in(name)).toString('base64')]))
  }

  /** Asserts exit code 2, one line on stderr, nothing on stdout, and no file created or changed. */
  async function expectRefusal(args: string[], message: RegExp): Promise<void> {
    const before = snapshot()
    const { code, stdout, stderr } = await serve(args)
    expect(stderr).toMatch(/^lloyd: [^\n]+\n$/)
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(snapshot()).toEqual(before)
  }
}
