/** What differs from run to run, as it is written, and what may stand there really. */
const varying: readonly [written: RegExp, real: string][] = [
  [/…/, '.*?'],
  [/\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z/, String.raw`\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z`],
  [/^\d\d:\d\d:\d\d/, String.raw`\d\d:\d\d:\d\d`],
  [/\d+ ms/, String.raw`\d+ ms`],
  [/(?<="requestId":")[\da-f-]{36}/, String.raw`[\da-f-]{36}`],
  [/\/home\/you\/everhook/, '/.*?'],
  // Columns are as wide as what stands in them.
  [/ {2,}/, ' {2,}'],
];

/** What differs too, but where the same is written is the same really. */
const named: readonly [written: RegExp, real: string][] = [
  [/(?:evt|dlv|ep)_[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/, String.raw`\w+_[\da-f-]{36}`],
  [/127\.0\.0\.1:\d+/, String.raw`127\.0\.0\.1:\d+`],
];

/** For ids and addresses as they are written, what they have turned out to be. */
export type KnownNames = Map<string, string>;

/** Whether the output has, as whole lines, what is written; `known` then learns the names that are new in it. */
export function shows(output: string, written: string, known: KnownNames): boolean {
  const learned: string[] = [];
  const nameOf = (text: string, real: string): string => {
    const name = known.get(text);
    if (name !== undefined) return escaped(name);
    const place = learned.indexOf(text);
    if (place !== -1) return `\\${place + 1}`;
    learned.push(text);
    return `(${real})`;
  };
  const parts = [
    ...named.map(([one, real]) => ({ one, toPattern: (text: string) => nameOf(text, real) })),
    ...varying.map(([one, real]) => ({ one, toPattern: () => real })),
  ];
  const anyPart = new RegExp(parts.map(({ one }) => `(${one.source})`).join('|'), 'gm');
  let source = '';
  let from = 0;
  for (const found of written.matchAll(anyPart)) {
    const [text, ...groups] = found;
    const part = parts[groups.findIndex((group) => group !== undefined)];
    source += escaped(written.slice(from, found.index)) + (part?.toPattern(text) ?? '');
    from = found.index + text.length;
  }
  source += escaped(written.slice(from));
  const lines = new RegExp(`^${source} *$`, 'm').exec(output);
  if (lines === null) return false;
  for (const [index, name] of learned.entries()) known.set(name, lines[index + 1] ?? '');
  return true;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
