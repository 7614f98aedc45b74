// Packs lloyd, installs the package into fresh projects outside this folder, builds them and runs the results, in Node,
// Deno and Chrome: `node test/runtimes/consumers/run.js`, or with the names of some. Bundlers are installed from the
// registry.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createServer } from 'vite'
import { projects } from './projects.js'
import { checkTypes, copyPrograms, typeCases, webGpuPackageCase } from './types.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const TYPESCRIPTS = ['5.7', '5.9', '6', '7']
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css' }
const LONGEST = 5 * 60_000 // ms, for one command or page
/** Time limit from `.ci/run`, in seconds since 1970. */
const until = 1000 * Number(process.env.LLOYD_UNTIL ?? Number.POSITIVE_INFINITY)

const folder = await mkdtemp(join(tmpdir(), 'lloyd-consumers-'))
const names = [...Object.keys(projects), ...TYPESCRIPTS.map((version) => `typescript ${version}`)]
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`)

const failures = []
let browser = null
try {
  const tarball = await pack()
  const expected = await expectedAnswer(tarball)
  for (const name of wanted.length > 0 ? wanted : names) {
    if (Date.now() > until) {
      console.log(`skipped ${name} and what follows: no time left`)
      break
    }
    const began = performance.now()
    try {
      await (name in projects ? tryProject(name, tarball, expected) : tryTypes(name.split(' ')[1], tarball))
      console.log(`ok      ${name}, ${Math.round((performance.now() - began) / 1000)} s`)
    } catch (error) {
      failures.push(name)
      console.log(`FAILED  ${name}\n${String(error.stdout || '')}${String(error.stderr || error.stack).slice(-3000)}`)
    }
  }
} finally {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
}
console.log(failures.length > 0 ? `${failures.length} failed: ${failures.join(', ')}` : 'all consumers agree')
process.exitCode = failures.length > 0 ? 1 : 0

async function pack() {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
  return join(folder, JSON.parse(stdout)[0].filename)
}

/** The output of the program in plain Node, from the unbundled files of the package. */
async function expectedAnswer(tarball) {
  const project = await createProject('expected', tarball, { install: [], files: {} })
  const script = "import('./answer.js').then(({ answer }) => answer('cpu')).then((text) => console.log(text))"
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: project })
  return stdout.trim()
}

async function createProject(name, tarball, { install, files, modules = true, copyAnswerAs = 'answer.js' }) {
  const project = join(folder, name.replace(/\W+/g, '-'))
  await mkdir(project)
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, ...(modules && { type: 'module' }) }))
  await cp(fileURLToPath(new URL('answer.js', import.meta.url)), join(project, copyAnswerAs))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true })
    await writeFile(join(project, path), content)
  }
  const quiet = ['--no-audit', '--no-fund', '--silent', '--prefer-offline']
  await run('npm', ['install', ...quiet, tarball, ...install], { cwd: project })
  return project
}

async function tryProject(name, tarball, expected) {
  const description = projects[name]
  const project = await createProject(name, tarball, description)
  const env = {
    ...process.env,
    PATH: `${join(project, 'node_modules/.bin')}:${process.env.PATH}`,
    NEXT_TELEMETRY_DISABLED: '1',
    // Vite, which starts Chrome here, leaves another in this process.
    NODE_ENV: 'production',
  }
  const options = { cwd: project, env, timeout: LONGEST, maxBuffer: 2 ** 26 }
  for (const command of description.build ?? []) await run('sh', ['-c', command], options)
  for (const [command, ...parameters] of description.run ?? []) {
    const { stdout } = await run(command, parameters, options)
    requireSame(`${command} ${parameters.join(' ')}`, stdout.trim(), expected)
  }
  if (!description.serve) return
  const answers = await openBuilt(join(project, description.serve))
  if (answers.failed) throw new Error(answers.failed)
  for (const [where, text] of Object.entries(answers)) requireSame(where, text, expected)
}

function requireSame(where, text, expected) {
  if (text !== expected) throw new Error(`${where} says\n${text}\ninstead of\n${expected}`)
}

/** The global `answers` that a page sets, opened in Chrome. */
async function openBuilt(site) {
  browser ??= await launch()
  const server = createHttpServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const path = join(site, pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    try {
      const bytes = await readFile(path)
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const page = await browser.newPage()
  const errors = []
  page.on('pageerror', (error) => errors.push(String(error.stack ?? error)))
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForFunction(() => 'answers' in globalThis, { timeout: LONGEST })
    return await page.evaluate(() => globalThis.answers)
  } catch (error) {
    throw new Error([error, ...errors].join('\n'))
  } finally {
    await page.close()
    server.close()
  }
}

/** The tests' function that starts a Chrome with WebGPU, which is in TypeScript. */
async function launch() {
  const server = await createServer({
    configFile: false,
    root,
    appType: 'custom',
    logLevel: 'warn',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  })
  try {
    const { launchBrowser } = await server.ssrLoadModule('/bench/browser.ts')
    return await launchBrowser()
  } finally {
    await server.close()
  }
}

async function tryTypes(version, tarball) {
  const install = [`typescript@${version}`, '@webgpu/types']
  const project = await createProject(`typescript ${version}`, tarball, { install, files: {} })
  await copyPrograms(project)
  const cases = [...typeCases(version), ...(Number.parseInt(version, 10) < 6 ? [webGpuPackageCase] : [])]
  const tsc = join(project, 'node_modules/typescript/bin/tsc')
  for (const each of cases) {
    const said = await checkTypes(project, tsc, each)
    if (said) throw new Error(`${each.name}:\n${said}`)
  }
}
