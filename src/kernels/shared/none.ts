/** What stands for no row and no candidate; as the first row that is not finite: there is none. */
export const NONE = 0xffffffff
