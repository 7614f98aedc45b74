import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js'
import { LloydError } from './error.js'

/**
 * Resolves `//#if ${FLAG}`, `//#elif ${FLAG}`, `//#else` and `//#endif` of a WGSL text, so that a file stays plain WGSL
 * for an editor. A flag that is not in `flags` throws: a misspelt name would otherwise be silently false.
 */
export function specialize(source: string, flags: Readonly<Record<string, boolean>>): string {
  const pieces = source.replaceAll('//#', '#').split(/\$\{(\w+)\}/)
  const strings = pieces.filter((_, index) => index % 2 === 0)
  const values = pieces
    .filter((_, index) => index % 2 === 1)
    .map((name) => {
      if (!(name in flags)) throw new LloydError('ShaderError', `the shader tests an undeclared flag '${name}'`)
      return flags[name]
    })
  return wgsl(Object.assign(strings, { raw: strings }), ...values)
}
