/** What the attribute `mode` of an import is: that of its setting developmentMode. */
export const modes = ['production', 'development'] as const;

export function modeOf(developmentMode: boolean): (typeof modes)[number] {
  return developmentMode ? 'development' : 'production';
}
