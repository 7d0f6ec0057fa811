/** The JSON text of an object with these members (name → JSON text), in their order; each text stays byte for byte. */
export function joinMembers(members: Readonly<Record<string, string>>): string {
  const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${texts.join(',')}}`;
}
