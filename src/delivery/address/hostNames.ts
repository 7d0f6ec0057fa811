/** Names that lead inside: RFC 6762 (.local), 6761 (.localhost), 7686 (.onion), ICANN's .internal, clusters' .svc. */
const internalSuffixes = ['local', 'internal', 'svc', 'arpa', 'onion'];

/** RFC 6761, section 6.3: whatever a resolver says, these mean the loopback. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Why a host name (lower case, in its ASCII form, no trailing dot) isn't one of the public internet, or null. */
export function hostNameProblem(name: string): string | null {
  const labels = name.split('.');
  const wellFormed = labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label));
  if (!wellFormed || name.length > 253) return `"${name}" is not a valid host name.`;
  if (isLocalhost(name)) return 'localhost is not reachable from the service; use a public name.';
  if (labels.length === 1) return `The host must be a full name, like ${name}.example.com.`;
  const suffix = labels.at(-1) ?? '';
  if (internalSuffixes.includes(suffix)) {
    return `Names under .${suffix} are internal; use a public name.`;
  }
  return null;
}
