/** One sentence for every option of a table, as the command line and docs/options.md show it. No bundle of a page has them. */
export type Sentences<T> = { readonly [name in keyof T]: string }
