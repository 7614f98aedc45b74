import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { brotliDecompress, createBrotliDecompress } from 'node:zlib'
import { parseTar } from 'nanotar'
import { LloydError } from '../error.js'
import { resolveOptional } from '../optional-package.js'

/** The parts of `@sparticuz/chromium`, and the archives each is made of. */
const parts = {
  /** `libvulkan.so.1`, `libvk_swiftshader.so` and `vk_swiftshader_icd.json`: Vulkan without a GPU. */
  swiftshader: ['swiftshader.tar'],
  /** `lib/`: nss and expat, which a minimal Linux does not have and Chromium needs. */
  al2023: ['al2023.tar'],
  /** The binary `chromium`; it looks for its graphics libraries in its own folder. */
  chromium: ['chromium', 'swiftshader.tar'],
  /** `fonts/` and `fonts.conf`. */
  fonts: ['fonts.tar'],
} as const

export type ChromiumPart = keyof typeof parts

const unpacked = new Map<ChromiumPart, Promise<string>>()

/**
 * Unpacks a part of the npm package `@sparticuz/chromium` into the user's cache, once, and returns its folder.
 * Processes may race: each unpacks into a folder of its own, and the first to rename it wins.
 */
export function unpackChromium(name: ChromiumPart): Promise<string> {
  let folder = unpacked.get(name)
  if (!folder) {
    folder = unpack(name)
    unpacked.set(name, folder)
    folder.catch(() => unpacked.delete(name))
  }
  return folder
}

async function unpack(name: ChromiumPart): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new LloydError(
      'AdapterError',
      `@sparticuz/chromium has binaries for Linux on x64, and this is ${process.platform} on ${process.arch}: ` +
        'a graphics driver with Vulkan, Metal or Direct3D 12, or an installed Chrome, is needed here',
    )
  }
  const packageFolder = findPackage()
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  const target = join(cacheFolder(), 'lloyd', `chromium-${version}`, name)
  if (await exists(target)) return target

  const { folder, cached } = await createUnpackFolder(target)
  try {
    for (const archive of parts[name]) await extract(join(packageFolder, 'bin', `${archive}.br`), archive, folder)
    if (!cached) return folder
    await rename(folder, target)
    return target
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (await exists(target)) return target // another process was faster
    throw error
  }
}

function findPackage(): string {
  try {
    const entry = resolveOptional('@sparticuz/chromium') // …/build/cjs/index.cjs
    return join(dirname(entry), '..', '..')
  } catch (cause) {
    throw new LloydError(
      'AdapterError',
      'the package @sparticuz/chromium is not installed: npm install @sparticuz/chromium',
      { cause },
    )
  }
}

function cacheFolder(): string {
  try {
    return process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  } catch {
    return tmpdir() // a user without a home
  }
}

/** A new folder beside `target`, or, where that is not writable, one that is removed when the process ends. */
async function createUnpackFolder(target: string): Promise<{ folder: string; cached: boolean }> {
  try {
    await mkdir(dirname(target), { recursive: true })
    return { folder: await mkdtemp(`${target}.`), cached: true }
  } catch {
    const folder = await mkdtemp(join(tmpdir(), 'lloyd-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    return { folder, cached: false }
  }
}

async function extract(source: string, archive: string, folder: string): Promise<void> {
  if (!archive.endsWith('.tar')) {
    // 180 MB: streamed, so that it is never in memory as a whole.
    const output = createWriteStream(join(folder, archive), { mode: 0o755 })
    return pipeline(createReadStream(source), createBrotliDecompress(), output)
  }
  const tar = await promisify(brotliDecompress)(await readFile(source))
  for (const file of parseTar(tar)) {
    if (file.type !== 'file' || !file.data) continue
    const path = join(folder, file.name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, file.data, { mode: 0o755 })
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
