import { DuplicateMemberError } from './duplicateMemberError.js';
import { JsonSyntaxError } from './jsonSyntaxError.js';

/** Where a value stands in the text: from `start` to before `end`, in UTF-16 code units, without white space around. */
export interface JsonSlice {
  start: number;
  end: number;
}

export interface JsonSlices {
  /**
   * The members of the top-level object by unescaped name, in the order of the text; null where the text is
   * another value. A map, so that `__proto__` is a name like any other.
   */
  members: ReadonlyMap<string, JsonSlice> | null;
}

/** Objects and arrays within each other. RFC 8259, section 9, leaves the bound to the implementation. */
export const maxJsonDepth = 512;

/**
 * Checks that the text is one JSON value as RFC 8259 has it, accepting what `JSON.parse` accepts up to
 * `maxJsonDepth`, and says where each member of a top-level object stands, so that its bytes can be passed on as
 * they came: parsing and writing again would change numbers such as `1.10` and `12345678901234567890`.
 *
 * Throws `JsonSyntaxError`, or else `DuplicateMemberError` for members of the top-level object alone: what stands
 * twice further down is the sender's business.
 */
export function scanJson(text: string): JsonSlices {
  return new Scanner(text).scan();
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

// Sticky: each use sets `lastIndex` first.
const numberOrWord = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Scanner {
  private at = 0;
  /** What closes each container that is open, the innermost last: no recursion, so no stack to exhaust. */
  private readonly closers: number[] = [];
  private readonly members = new Map<string, JsonSlice>();
  /** The member of the top-level object whose value is being read. */
  private member: string | null = null;
  private memberStart = 0;
  /** The first; thrown at the end, so that what isn't JSON at all is called that. */
  private duplicate: DuplicateMemberError | null = null;

  constructor(private readonly text: string) {}

  scan(): JsonSlices {
    this.skipSpace();
    const isObject = this.text.charCodeAt(this.at) === openBrace;
    do {
      this.enterValue();
    } while (this.nextValue());
    if (this.at < this.text.length) throw this.unexpected('the end of the text');
    if (this.duplicate !== null) throw this.duplicate;
    return { members: isObject ? this.members : null };
  }

  /** Reads a value; of a container that isn't empty only as far as its first value that has no values within. */
  private enterValue(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === openBrace) {
        if (this.isEmptyAfterOpening(closeBrace)) return;
        this.readName();
      } else if (code === openBracket) {
        if (this.isEmptyAfterOpening(closeBracket)) return;
      } else {
        if (code === quote) this.readString();
        else this.readNumberOrWord();
        return;
      }
    }
  }

  /** After a value: closes what ends here and goes on to the next value. False: the top-level value has ended. */
  private nextValue(): boolean {
    for (;;) {
      if (this.closers.length === 1) this.endMember();
      this.skipSpace();
      const closer = this.closers.at(-1);
      if (closer === undefined) return false;
      const code = this.text.charCodeAt(this.at);
      if (code === comma) {
        this.at += 1;
        this.skipSpace();
        if (closer === closeBrace) this.readName();
        return true;
      }
      if (code !== closer) throw this.unexpected(`"," or "${String.fromCharCode(closer)}"`);
      this.at += 1;
      this.closers.pop();
    }
  }

  private isEmptyAfterOpening(closer: number): boolean {
    if (this.closers.length === maxJsonDepth) {
      throw this.fault(`Objects and arrays may be nested ${maxJsonDepth} deep, not deeper`);
    }
    this.at += 1;
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === closer) {
      this.at += 1;
      return true;
    }
    this.closers.push(closer);
    return false;
  }

  private readName(): void {
    const start = this.at;
    if (this.text.charCodeAt(start) !== quote) throw this.unexpected("a member's name in quotes");
    this.readString();
    const end = this.at;
    this.skipSpace();
    if (this.text.charCodeAt(this.at) !== colon) throw this.unexpected('":"');
    this.at += 1;
    this.skipSpace();
    if (this.closers.length === 1) this.beginMember(start, end);
  }

  private beginMember(nameStart: number, nameEnd: number): void {
    const quoted = this.text.slice(nameStart, nameEnd);
    const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    if (this.members.has(name)) {
      this.duplicate ??= new DuplicateMemberError(name, this.text, nameStart);
    }
    this.member = name;
    this.memberStart = this.at;
  }

  private endMember(): void {
    if (this.member === null) return;
    this.members.set(this.member, { start: this.memberStart, end: this.at });
    this.member = null;
  }

  private readString(): void {
    const { text } = this;
    let at = this.at + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) break;
      if (code === backslash) {
        escapeSequence.lastIndex = at;
        this.at = at;
        if (!escapeSequence.test(text)) throw this.fault('JSON has no such escape in a string');
        at = escapeSequence.lastIndex;
      } else if (code >= 0x20) {
        at += 1;
      } else {
        this.at = at;
        if (at < text.length) throw this.fault('A string has a control character unescaped');
        throw this.fault('A string is not closed');
      }
    }
    this.at = at + 1;
  }

  private readNumberOrWord(): void {
    numberOrWord.lastIndex = this.at;
    if (!numberOrWord.test(this.text)) throw this.unexpected('a value');
    this.at = numberOrWord.lastIndex;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  private unexpected(expected: string): JsonSyntaxError {
    return this.fault(`Expected ${expected}, found ${shownCharacter(this.text, this.at)}`);
  }

  private fault(fault: string): JsonSyntaxError {
    return new JsonSyntaxError(fault, this.text, this.at);
  }
}

function shownCharacter(text: string, at: number): string {
  const codePoint = text.codePointAt(at);
  if (codePoint === undefined) return 'the end of the text';
  const isPrintableAscii = codePoint > 0x20 && codePoint < 0x7f;
  if (isPrintableAscii) return `"${String.fromCharCode(codePoint)}"`;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
