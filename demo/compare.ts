import type { View } from './protocol'

export interface Compare {
  /** Shows another image of this size, at the zoom that is set. */
  setImage(width: number, height: number): void
  /** Screen pixels an image pixel; 0 fits the image into the area. */
  setZoom(zoom: number): void
}

const STEP = 2
const LARGE_STEP = 10

/**
 * The frame with the two canvases and the divider. The page only moves clip paths; what the canvases show is drawn
 * by the worker, which learns the visible part of the image through `onView`.
 */
export function createCompare(area: HTMLElement, frame: HTMLElement, onView: (view: View) => void): Compare {
  const split = frame.querySelector<HTMLInputElement>('.split')!
  const divider = frame.querySelector<HTMLElement>('.divider')!
  let imageWidth = 0
  let imageHeight = 0
  let zoom = 0
  let centerX = 0
  let centerY = 0

  // ---- the divider ----

  const showSplit = () => {
    frame.style.setProperty('--split', `${split.value}%`)
    split.setAttribute('aria-valuetext', `${Math.round(Number(split.value))} % original`)
  }
  const setSplit = (percent: number) => {
    split.value = String(percent)
    showSplit()
  }
  split.addEventListener('input', showSplit)
  split.addEventListener('keydown', (event) => {
    const to = splitForKey(event, Number(split.value))
    if (to === null) return
    event.preventDefault()
    setSplit(to)
  })

  // ---- dragging: the divider everywhere when fitted, the image when zoomed ----

  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    event.preventDefault()
    frame.setPointerCapture(event.pointerId)
    const pans = zoom > 0 && !divider.contains(event.target as Node)
    const rectangle = frame.getBoundingClientRect()
    let lastX = event.clientX
    let lastY = event.clientY
    const move = (moved: PointerEvent) => {
      if (pans) {
        panBy((lastX - moved.clientX) / zoom, (lastY - moved.clientY) / zoom)
        lastX = moved.clientX
        lastY = moved.clientY
      } else setSplit((100 * (moved.clientX - rectangle.left)) / rectangle.width)
    }
    const end = () => {
      frame.classList.remove('panning')
      frame.removeEventListener('pointermove', move)
      frame.removeEventListener('pointerup', end)
      frame.removeEventListener('pointercancel', end)
    }
    if (pans) frame.classList.add('panning')
    else {
      split.focus({ preventScroll: true })
      move(event)
    }
    frame.addEventListener('pointermove', move)
    frame.addEventListener('pointerup', end)
    frame.addEventListener('pointercancel', end)
  })

  frame.addEventListener('keydown', (event) => {
    if (event.target !== frame || zoom === 0) return
    const [right, down] = PAN_KEYS[event.key] ?? [0, 0]
    if (right === 0 && down === 0) return
    event.preventDefault()
    panBy((right * 64) / zoom, (down * 64) / zoom)
  })

  function panBy(x: number, y: number): void {
    centerX += x
    centerY += y
    layOut()
  }

  // ---- what is visible ----

  function layOut(): void {
    if (imageWidth === 0) return
    const { clientWidth, clientHeight } = area
    const scale = zoom || Math.min(clientWidth / imageWidth, clientHeight / imageHeight)
    const width = Math.max(1, Math.min(clientWidth, imageWidth * scale))
    const height = Math.max(1, Math.min(clientHeight, imageHeight * scale))
    const seenWidth = Math.min(imageWidth, width / scale)
    const seenHeight = Math.min(imageHeight, height / scale)
    centerX = clamp(centerX, seenWidth / 2, imageWidth - seenWidth / 2)
    centerY = clamp(centerY, seenHeight / 2, imageHeight - seenHeight / 2)
    frame.style.width = `${width}px`
    frame.style.height = `${height}px`
    frame.classList.toggle('zoomed', zoom > 0)
    frame.classList.toggle('enlarged', scale * devicePixelRatio >= 2)
    frame.tabIndex = zoom > 0 ? 0 : -1
    onView({
      left: centerX - seenWidth / 2,
      top: centerY - seenHeight / 2,
      width: seenWidth,
      height: seenHeight,
      outputWidth: width * devicePixelRatio,
      outputHeight: height * devicePixelRatio,
    })
  }

  new ResizeObserver(layOut).observe(area)
  showSplit()

  return {
    setImage(width, height) {
      imageWidth = width
      imageHeight = height
      centerX = width / 2
      centerY = height / 2
      area.style.setProperty('--aspect', String(width / height))
      frame.hidden = false
      layOut()
    },
    setZoom(to) {
      zoom = to
      layOut()
    },
  }
}

const PAN_KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function splitForKey({ key, shiftKey }: KeyboardEvent, value: number): number | null {
  const step = shiftKey ? LARGE_STEP : STEP
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, value - step)
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(100, value + step)
  if (key === 'PageDown') return Math.max(0, value - LARGE_STEP)
  if (key === 'PageUp') return Math.min(100, value + LARGE_STEP)
  if (key === 'Home') return 0
  if (key === 'End') return 100
  return null
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value))
}
