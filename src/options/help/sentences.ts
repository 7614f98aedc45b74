/**
 * One sentence for every option of a table, shown by the command line and docs/options.md. Browser bundles do not
 * contain them.
 */
export type Sentences<T> = { readonly [name in keyof T]: string }
