import { escapeText } from '../../../io/svg.js'
import { PAGE_STYLE } from './page-style.js'

export interface PageSection {
  heading: string
  /** HTML, such as `htmlTable`, `htmlFigure` and `paragraph` return. */
  body: string
  /** Sections within it. */
  parts?: readonly PageSection[]
}

export interface Page {
  title: string
  /** What the page is about, a sentence or two. */
  summary: string
  sections: readonly PageSection[]
}

/**
 * One self-contained HTML document: no script, no request. Light or dark as the reader's system is, and in black on white
 * in print. Sections are listed at its top.
 */
export function htmlPage({ title, summary, sections }: Page): string {
  const links = sections.map(({ heading }, at) => `<li><a href="#section-${at + 1}">${escapeText(heading)}</a></li>`)
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="lloyd"/>
<link rel="icon" href="data:,"/>
<title>${escapeText(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
<p class="lead">${escapeText(summary)}</p>
<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>
</header>
<main>
${sections.map((section, at) => htmlSection(section, `section-${at + 1}`, 2)).join('\n')}
</main>
</body>
</html>
`
}

function htmlSection({ heading, body, parts = [] }: PageSection, id: string, level: number): string {
  return `<section id="${id}" aria-labelledby="${id}-heading">
<h${level} id="${id}-heading">${escapeText(heading)}</h${level}>
${body}
${parts.map((part, at) => htmlSection(part, `${id}-${at + 1}`, level + 1)).join('\n')}
</section>`
}
