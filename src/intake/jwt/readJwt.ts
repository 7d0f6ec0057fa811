import { DuplicateMemberError } from '../../domain/json/duplicateMemberError.js';
import { JsonSyntaxError } from '../../domain/json/jsonSyntaxError.js';
import { memberTexts } from '../../domain/json/memberTexts.js';
import { type JwtAlgorithm, jwtAlgorithms } from '../../domain/jwtAlgorithms.js';

/** A JWT whose signature nobody has looked at yet. */
export interface UnverifiedJwt {
  algorithm: JwtAlgorithm;
  /** Which key its header names; null: none. */
  kid: string | null;
  /** By name, the JSON text that each came as. */
  claims: ReadonlyMap<string, string>;
  /** What was signed. */
  signed: Buffer;
  signature: Buffer;
}

const base64Url = /^[A-Za-z0-9_-]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Takes a token apart (RFC 7515, compact serialization); or why it is none, in words for its sender. */
export function readJwt(token: string): UnverifiedJwt | string {
  const parts = token.split('.', 6);
  const [headerPart = '', claimsPart = '', signaturePart = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => base64Url.test(part))) {
    return 'This is no JWT: three parts in base64url, joined by dots';
  }
  const header = membersOf(headerPart);
  if (header === null) return "The JWT's header is no JSON object";
  const algorithm = jwtAlgorithms.find((name) => header.get('alg') === JSON.stringify(name));
  if (algorithm === undefined) {
    return `The JWT's alg is ${shownText(header.get('alg'))}; it may be ${jwtAlgorithms.join(', ')}`;
  }
  // RFC 7515, section 4.1.11: whoever doesn't know what it names must refuse.
  if (header.has('crit')) return "The JWT's header has crit, of which nothing is supported";
  const claims = membersOf(claimsPart);
  if (claims === null) return "The JWT's claims are no JSON object, or have one of them twice";
  return {
    algorithm,
    kid: textOf(header.get('kid')),
    claims,
    signed: Buffer.from(`${headerPart}.${claimsPart}`),
    signature: Buffer.from(signaturePart, 'base64url'),
  };
}

/** The members of an object in base64url, each as its JSON text; null if it is none, or has a name twice. */
function membersOf(part: string): Map<string, string> | null {
  try {
    return memberTexts(utf8.decode(Buffer.from(part, 'base64url')));
  } catch (error) {
    const isMalformed =
      error instanceof JsonSyntaxError ||
      error instanceof DuplicateMemberError ||
      error instanceof TypeError;
    if (!isMalformed) throw error;
    return null;
  }
}

function textOf(json: string | undefined): string | null {
  if (json === undefined || !json.startsWith('"')) return null;
  return JSON.parse(json) as string;
}

function shownText(json: string | undefined): string {
  return json === undefined ? 'missing' : json.slice(0, 20);
}
