import type { PaletteEntry } from 'lloyd'

/** Width of a swatch, in characters. */
const WIDTH = 8

/** Whether a stream shows 24-bit colours, and the user has not disabled them (https://no-color.org). */
export function showsColors(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && stream.hasColors(2 ** 24, environment)
}

/** A line for each entry: a swatch if `colored`, its hexadecimal value and its share of the pixels. */
export function formatSwatches(entries: readonly PaletteEntry[], colored: boolean): string {
  const widest = Math.max(...entries.map(({ hex }) => hex.length))
  return entries
    .map(({ hex, rgba, share }) => {
      const percent = share === undefined ? '' : `${(100 * share).toFixed(2).padStart(6)} %`
      return `${colored ? `${swatch(rgba)}  ` : ''}${hex.padEnd(widest)}  ${percent}`.trimEnd()
    })
    .join('\n')
}

/** A swatch, half over white and half over black, so that translucency is visible. */
function swatch(rgba: PaletteEntry['rgba']): string {
  return [255, 0].map((ground) => background(rgba, ground) + ' '.repeat(WIDTH / 2)).join('') + RESET
}

const RESET = '\x1b[0m'

function background([red, green, blue, alpha]: PaletteEntry['rgba'], ground: number): string {
  const shown = [red, green, blue].map((value) => Math.round((value * alpha + ground * (255 - alpha)) / 255))
  return `\x1b[48;2;${shown.join(';')}m`
}
