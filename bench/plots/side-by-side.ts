import { parseHTML } from 'linkedom'

export const WIDTH = 560
export const HEIGHT = 440
/** Height of the titles. */
const TOP = 40

/** A document for Observable Plot, which Node lacks. */
export function createDocument(): Document {
  return parseHTML('<html><body></body></html>').document
}

/** One SVG document of charts of WIDTH × HEIGHT, each under its title. */
export function placeSideBySide(charts: readonly { title: string; svg: string }[]): string {
  const width = WIDTH * charts.length
  const placed = charts.map(({ title, svg }, at) => {
    const heading = `<text x="16" y="24" font-weight="bold" font-size="14">${title}</text>`
    const chart = svg.replaceAll('currentColor', 'black')
    return `<g transform="translate(${at * WIDTH} 0)">${heading}<g transform="translate(0 ${TOP})">${chart}</g></g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT + TOP}" viewBox="0 0 ${width} ${HEIGHT + TOP}" font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>${placed.join('')}</svg>\n`
}
