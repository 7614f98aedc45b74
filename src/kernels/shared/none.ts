/** The index that means no row, no candidate or, as the first row that is not finite, none. */
export const NONE = 0xffffffff
