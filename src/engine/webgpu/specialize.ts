/**
 * Resolves `//#if ${FLAG}`, `//#elif ${FLAG}`, `//#else` and `//#endif` of a WGSL text, each on a line of its own, so that a
 * file stays plain WGSL for an editor: the directives of wgsl-preprocessor, to which tests hold this, at a tenth of its size
 * in every page. Tests see to it that all shaders close their conditions and test declared flags only.
 */
export function specialize(source: string, flags: Readonly<Record<string, boolean>>): string {
  /** The conditions around a line, the innermost first: whether its branch is `taken`, and whether one of them was before. */
  const around: { taken: boolean; done: boolean }[] = []
  const isKept = (line: string) => {
    const [, directive, name] = /^ *\/\/#(\w+)(?: \$\{(\w+)\})?$/.exec(line) ?? []
    if (!directive) return around.every(({ taken }) => taken)
    const [own] = around
    if (directive === 'if') around.unshift({ taken: flags[name], done: flags[name] })
    else if (directive === 'endif') around.shift()
    else {
      own.taken = !own.done && (!name || flags[name])
      own.done ||= own.taken
    }
    return false
  }
  return source.split('\n').filter(isKept).join('\n')
}
