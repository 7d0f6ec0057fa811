/** Which rows of an import an event type brings. */
export const rowChoices = ['all', 'valid', 'invalid'] as const;
export type RowChoice = (typeof rowChoices)[number];
