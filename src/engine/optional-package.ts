import nodeModule from 'node:module'
import { join } from 'node:path'

/**
 * Imports an optional package when it is needed, and not when a program is bundled. Bundlers refuse an
 * `import('webgpu')` that they cannot resolve, so the name is hidden from them.
 */
export async function importOptional(name: string): Promise<unknown> {
  return await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name)
}

/** The path of the main file of a package, from here or, where lloyd is bundled, from the working directory. */
export function resolveOptional(name: string): string {
  const here = import.meta.url as string | undefined // none in a CommonJS bundle
  // As a property, `createRequire` is not what bundlers look for.
  try {
    return nodeModule.createRequire(here ?? '').resolve(name)
  } catch {
    return nodeModule.createRequire(join(process.cwd(), 'bundle.js')).resolve(name)
  }
}

/** Whether an import failed because the package is not installed, and not because it does not work. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}
