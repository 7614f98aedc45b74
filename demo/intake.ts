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
    const file = event.dataTransfer?.files[0]
    if (file) onFile(file)
    else onNothing()
  })

  document.addEventListener('paste', (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === 'text') return
    const file = event.clipboardData?.files[0]
    if (file) onFile(file)
    else onNothing()
  })
}
