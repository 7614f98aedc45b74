/** The three ways a file comes in: chosen, dropped anywhere on the page, or pasted. */
export function takeFiles(input: HTMLInputElement, onFile: (file: File) => void, onNothing: () => void): void {
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file) onFile(file)
    input.value = '' // so that choosing the same file again is a change
  })

  let depth = 0 // dragenter and dragleave come in pairs for every element on the way
  const drag = (by: number) => {
    depth = Math.max(0, depth + by)
    document.documentElement.classList.toggle('dragging', depth > 0)
  }
  window.addEventListener('dragenter', () => drag(1))
  window.addEventListener('dragleave', () => drag(-1))
  window.addEventListener('dragover', (event) => event.preventDefault())
  window.addEventListener('drop', (event) => {
    event.preventDefault()
    drag(-depth)
    const file = imageOf(event.dataTransfer)
    if (file) onFile(file)
    else onNothing()
  })

  document.addEventListener('paste', (event) => {
    // A field keeps the focus after a number was typed into it: it takes text, and everything else goes to the page.
    const inField = isField(event.target)
    if (inField && event.clipboardData?.getData('text/plain')) return
    const file = imageOf(event.clipboardData)
    if (!file) {
      if (!inField) onNothing()
      return
    }
    event.preventDefault()
    onFile(file)
  })
}

/** The first image; where there is none the first file, of which the page then says what is wrong with it. */
function imageOf(data: DataTransfer | null): File | undefined {
  const files = Array.from(data?.files ?? [])
  return files.find(({ type }) => type.startsWith('image/')) ?? files[0]
}

/** Buttons and sliders are inputs too, but take no text. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['range', 'file', 'button', 'checkbox', 'radio'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target.isContentEditable
}
