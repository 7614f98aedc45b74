import { escapeText } from '../../io/svg.js'

/** Sizes of letters in pixels, and of a line in letters. */
const LARGEST = 12
const SMALLEST = 7
const LINE = 1.1

export interface FittedNames {
  /** One in so many is drawn. */
  every: number
  /** Pixels that they take, away from the foot. */
  depth: number
  draw(place: (index: number) => { x: number; y: number }): string
}

/**
 * Names along the foot of a tree, `step` pixels apart, which may take `most` pixels away from it: below it, turned where
 * they are too wide, or beside it.
 */
export function fitNames(names: readonly string[], step: number, most: number, below: boolean): FittedNames {
  const size = Math.min(LARGEST, Math.max(SMALLEST, step / LINE))
  const every = Math.max(1, Math.ceil((LINE * size) / step - 1e-9))
  const shown = Array.from({ length: Math.ceil(names.length / every) }, (_, at) =>
    shortened(names[at * every], most / size),
  )
  const widest = size * shown.reduce((width, name) => Math.max(width, widthOf(name)), 0)
  const level = below && widest + size / 2 <= step
  const turn = below && !level
  const depth = level ? size : widest
  return {
    every,
    depth,
    draw(place) {
      const texts = shown.map((name, at) => {
        const { x, y } = place(at * every)
        const where = turn ? `transform="translate(${x} ${y}) rotate(-90)"` : `x="${x}" y="${y}"`
        return `<text ${where} dy="${level ? '0.75em' : '0.35em'}">${escapeText(name)}</text>`
      })
      const pixels = Math.round(size * 10) / 10
      return `<g font-size="${pixels}" text-anchor="${level ? 'middle' : 'end'}">\n${texts.join('\n')}\n</g>`
    },
  }
}

/** Width of a text in sizes of its letters, estimated: letters of East Asia are as wide as high. */
function widthOf(text: string): number {
  let width = 0
  for (const letter of text) width += letter >= '\u1100' ? 1 : /[A-Z@%]/.test(letter) ? 0.7 : 0.55
  return width
}

function shortened(text: string, most: number): string {
  if (widthOf(text) <= most) return text
  const letters = [...text]
  while (letters.length > 1 && widthOf(letters.join('')) + 1 > most) letters.pop()
  return `${letters.join('')}…`
}
