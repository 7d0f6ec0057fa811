import { BlockList } from 'node:net';
import fc from 'fast-check';
import { internalIpv4 } from '../../../src/delivery/address/internalRanges.js';

const parseIpv4 = (text: string): number =>
  text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);

export const ipv4Text = (value: number): string =>
  [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

/** Any address of an IPv4 network, as a number; its first and last come often. */
export function insideIpv4(cidr: string): fc.Arbitrary<number> {
  const [base = '', prefix = ''] = cidr.split('/');
  const first = parseIpv4(base);
  const last = first + 2 ** (32 - Number(prefix)) - 1;
  return fc.oneof(fc.constantFrom(first, last), fc.integer({ min: first, max: last }));
}

const internal = new BlockList();
for (const cidr of internalIpv4) {
  const [base = '', prefix = ''] = cidr.split('/');
  internal.addSubnet(base, Number(prefix), 'ipv4');
}

export const publicIpv4 = fc
  .integer({ min: 0, max: 0xffff_ffff })
  .filter((value) => !internal.check(ipv4Text(value), 'ipv4'));

/** Any address of an IPv6 network, written in full groups. The prefix's own groups must be written out in the CIDR. */
export function insideIpv6(cidr: string): fc.Arbitrary<string> {
  const [base = '', prefix = ''] = cidr.split('/');
  const head =
    base
      .split('::')[0]
      ?.split(':')
      .filter((group) => group !== '') ?? [];
  const groups = [...head, ...Array.from({ length: 8 - head.length }, () => '0')];
  const start = groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
  const span = (1n << BigInt(128 - Number(prefix))) - 1n;
  const offset = fc.oneof(fc.constantFrom(0n, span), fc.bigInt({ min: 0n, max: span }));
  return offset.map((value) => {
    const hex = (start + value).toString(16).padStart(32, '0');
    return (hex.match(/.{4}/g) ?? []).join(':');
  });
}

/** Ways in which URL parsers let an IPv4 address be written. */
export function spellings(value: number): fc.Arbitrary<string> {
  const octets = ipv4Text(value).split('.').map(Number);
  const number = (n: number): fc.Arbitrary<string> =>
    fc.constantFrom(String(n), `0x${n.toString(16)}`, `0X0${n.toString(16)}`, `0${n.toString(8)}`);
  const dotted = (parts: number[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map(number)).map((texts) => texts.join('.'));
  const [a = 0, b = 0] = octets;
  const plain = ipv4Text(value);
  const hex = value.toString(16).padStart(8, '0');
  return fc.oneof(
    number(value),
    dotted(octets),
    dotted([a, value % 2 ** 24]),
    dotted([a, b, value % 2 ** 16]),
    fc.constantFrom(
      `${plain}.`,
      plain.replaceAll(/./g, (character) => `%${character.charCodeAt(0).toString(16)}`),
      plain.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
      plain.replaceAll('.', '。'),
      `[::ffff:${plain}]`,
      `[::${plain}]`,
      `[0:0:0:0:0:ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
      `[64:ff9b::${plain}]`,
      `[2002:${hex.slice(0, 4)}:${hex.slice(4)}::1]`,
    ),
  );
}
