import type { Swatch } from './protocol'

/** Fills `container` with one button an entry, in lloyd's order, dark to light; pressing one copies its hex value. */
export function showPalette(container: HTMLElement, swatches: Swatch[], onCopy: (hex: string) => void): void {
  const named = swatches.length <= 16
  container.classList.toggle('named', named)
  container.style.setProperty('--columns', String(named ? 4 : swatches.length <= 64 ? 8 : 16))
  const focused = Array.from(container.children).indexOf(document.activeElement as Element)
  container.replaceChildren(...swatches.map((swatch) => button(swatch, named)))

  const buttons = Array.from(container.children) as HTMLButtonElement[]
  for (const each of buttons) each.tabIndex = -1
  const current = buttons[Math.max(0, Math.min(focused, buttons.length - 1))]
  if (current) current.tabIndex = 0
  if (focused >= 0) current?.focus({ preventScroll: true })

  container.onclick = (event) => {
    const pressed = (event.target as Element).closest('button')
    if (pressed) onCopy(pressed.dataset.hex!)
  }
  // One tab stop for the whole palette; the arrows walk through it.
  container.onkeydown = (event) => {
    const from = buttons.indexOf(event.target as HTMLButtonElement)
    const columns = Number(container.style.getPropertyValue('--columns'))
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key]
    const next = by && buttons[from + by]
    if (!next) return
    event.preventDefault()
    buttons[from].tabIndex = -1
    next.tabIndex = 0
    next.focus()
  }
}

function button({ hex, share }: Swatch, named: boolean): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.dataset.hex = hex
  element.style.setProperty('--color', hex)
  element.style.setProperty('--ink', luminance(hex) > 0.3 ? '#111214' : '#f4f2ee')
  element.title = `${hex} · ${percent(share)} of the image`
  element.setAttribute('aria-label', `${hex}, ${percent(share)}`)
  if (named) element.textContent = hex.slice(1)
  return element
}

/** Relative luminance of an opaque sRGB colour; what is transparent counts as seen on the dark page. */
function luminance(hex: string): number {
  const [red, green, blue, alpha = 1] = hex.match(/\w\w/g)!.map((byte) => Number.parseInt(byte, 16) / 255)
  return (0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2) * alpha
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`
}
