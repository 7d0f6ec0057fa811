/** What a person reads of one thing: a line each, its name before it; what is null is left out. */
export function factLines(facts: readonly (readonly [string, string | null])[]): string {
  const known = facts.filter(([, value]) => value !== null);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
}
