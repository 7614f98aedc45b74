/** `myName` for `my-name`. */
export const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())

/** `MyName` for `my-name`. */
export const pascalCase = (name) => camelCase(`-${name}`)

/** `MY_NAME` for `my-name`. */
export const capitals = (name) => name.replaceAll('-', '_').toUpperCase()

/** The text with a line before the first that begins so; null without one. */
export function insertBefore(text, beginning, line) {
  const at = text.indexOf(`\n${beginning}`) + 1
  return at === 0 ? null : `${text.slice(0, at)}${line}\n${text.slice(at)}`
}
