/** ts-morph 28 has no `override` for accessors; without documentation before it, the word may lead. */
export const OVERRIDE = "override ";
