/** A moment as the API shows it, where there is one. */
export function isoOrNull(moment: Date | null): string | null {
  return moment?.toISOString() ?? null;
}
