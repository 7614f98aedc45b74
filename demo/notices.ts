export type NoticeKind = 'remark' | 'error'

/** One notice a topic: a newer one replaces it, and it can be closed. */
export function showNotice(list: HTMLElement, topic: string, kind: NoticeKind, text: string): void {
  clearNotice(list, topic)
  const notice = document.createElement('div')
  notice.className = `notice ${kind}`
  notice.dataset.topic = topic
  const message = document.createElement('p')
  message.textContent = text
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'close'
  close.textContent = 'Close'
  close.addEventListener('click', () => notice.remove())
  notice.append(message, close)
  list.append(notice)
}

export function clearNotice(list: HTMLElement, topic: string): void {
  list.querySelector(`[data-topic="${topic}"]`)?.remove()
}

let hiding = 0

/** A line that goes away by itself. */
export function showToast(element: HTMLElement, text: string): void {
  element.textContent = text
  element.classList.add('shown')
  clearTimeout(hiding)
  hiding = window.setTimeout(() => element.classList.remove('shown'), 1800)
}
