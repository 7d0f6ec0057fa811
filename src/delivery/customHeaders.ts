const maxNameLength = 100;
const maxValueLength = 4_096;

/** Set by the sender or the format, or meaningful to one hop only (RFC 9110, section 7.6.1). */
const ownNames = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** With these a request could pass the doors of a cloud's metadata service. */
const metadataNames =
  /^(metadata|metadata-flavor|x-google-metadata-request|x-aws-ec2-metadata-token.*)$/;

/** Why a customer may not have this header sent with each request, in words for them, or null. */
export function customHeaderProblem(name: string, value: string): string | null {
  return nameProblem(name) ?? valueProblem(value);
}

function nameProblem(name: string): string | null {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || name.length > maxNameLength) {
    return `A header's name must have 1 to ${maxNameLength} letters, digits or hyphens.`;
  }
  const lower = name.toLowerCase();
  if (lower.startsWith('webhook-')) return `The headers webhook-… are set by the service itself.`;
  if (ownNames.has(lower) || lower.startsWith('proxy-')) {
    return `The header ${lower} is set by the service or the connection and can't be chosen.`;
  }
  if (metadataNames.test(lower)) return `The header ${lower} is refused for the safety of others.`;
  return null;
}

function valueProblem(value: string): string | null {
  if (value.length > maxValueLength) {
    return `A header's value must have at most ${maxValueLength} characters.`;
  }
  // Beyond ASCII receivers differ: Latin-1 to some, UTF-8 to others.
  if (!/^[\x20-\x7e]*$/.test(value)) return "A header's value must be printable ASCII on one line.";
  if (value !== value.trim()) return "A header's value must not begin or end with a space.";
  return null;
}
