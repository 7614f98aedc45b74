import { Pane } from 'tweakpane'
import type { Settings } from './protocol'

const PRESETS = [2, 4, 8, 16, 32, 64, 128, 256]

/** The part of tweakpane's interface used here; its own types need a package of which the page has no other use. */
interface Blades {
  element: HTMLElement
  addBinding(
    target: Settings,
    key: keyof Settings,
    options: { label: string; min: number; max: number; step: number },
  ): { element: HTMLElement }
  on(event: 'change', handler: () => void): void
  refresh(): void
}

/** Sliders for the settings and a row of usual palette sizes; `onChange` is called on every movement. */
export function createControls(
  container: HTMLElement,
  presetsRow: HTMLElement,
  settings: Settings,
  onChange: () => void,
): void {
  const pane = new Pane({ container }) as unknown as Blades
  const colors = pane.addBinding(settings, 'colors', { label: 'Colours', min: 1, max: 256, step: 1 })
  const iterations = pane.addBinding(settings, 'iterations', { label: 'Iterations', min: 1, max: 100, step: 1 })
  nameParts(colors.element, 'Colours')
  nameParts(iterations.element, 'Iterations, at most')
  iterations.element.title = 'The most iterations; fewer are run when nothing changes any more'

  const buttons = PRESETS.map((count) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = String(count)
    button.setAttribute('aria-label', `${count} colours`)
    button.addEventListener('click', () => {
      settings.colors = count
      pane.refresh()
    })
    return button
  })
  presetsRow.append(...buttons)
  const markPreset = () => {
    buttons.forEach((button, index) => {
      button.setAttribute('aria-pressed', String(PRESETS[index] === settings.colors))
    })
  }
  markPreset()
  pane.on('change', () => {
    markPreset()
    onChange()
  })
}

/** Tweakpane draws its labels beside the inputs without tying them together. */
function nameParts(element: HTMLElement, name: string): void {
  for (const part of element.querySelectorAll('input, [tabindex]')) part.setAttribute('aria-label', name)
}
