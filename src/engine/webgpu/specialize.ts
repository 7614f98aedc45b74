import { LloydError } from '../error.js'

/**
 * Resolves `//#if ${FLAG}`, `//#elif ${FLAG}`, `//#else` and `//#endif` of a WGSL text, each on a line of its own, so that a
 * file stays plain WGSL for an editor: the directives of wgsl-preprocessor, to which tests hold this, at a tenth of its size
 * in every page. A flag that is not in `flags` throws: a misspelt name would otherwise be silently false.
 */
export function specialize(source: string, flags: Readonly<Record<string, boolean>>): string {
  /** The conditions around a line, the outermost first: whether its branch is `taken`, and whether one of them was before. */
  const around: { taken: boolean; done: boolean }[] = []
  const kept = source.split('\n').filter((line) => {
    const [, directive, name] = /^ *\/\/#(\w+)(?: \$\{(\w+)\})?$/.exec(line) ?? []
    if (!directive) return around.every(({ taken }) => taken)
    if (name && !(name in flags)) fail(`tests an undeclared flag '${name}'`)
    if (directive === 'if') around.push({ taken: flags[name], done: flags[name] })
    else if (directive === 'endif') around.pop() ?? fail('has #endif without #if')
    else {
      const own = around.at(-1) ?? fail(`has #${directive} without #if`)
      own.taken = !own.done && (directive === 'else' || flags[name])
      own.done ||= own.taken
    }
    return false
  })
  if (around.length > 0) fail('has #if without #endif')
  return kept.join('\n')
}

function fail(what: string): never {
  throw new LloydError('ShaderError', `the shader ${what}`)
}
