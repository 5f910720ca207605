/** What takes two people, by the name that the command line has for it. */
export const SORTS = ['role', 'policy', 'adjustment'] as const;
export type Sort = (typeof SORTS)[number];
