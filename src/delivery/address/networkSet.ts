import { BlockList, isIP } from 'node:net';

/** Networks to ask whether an address, in any spelling of `net.isIP`, lies in one of them. */
export interface NetworkSet {
  has(address: string): boolean;
}

/** Throws a `RangeError` on a text that is no CIDR; what it says begins with the text. */
export function createNetworkSet(cidrs: readonly string[]): NetworkSet {
  // One list per family: in a shared one a rule on ::ffff:0:0/96 would hold for all of IPv4.
  const ipv4 = new BlockList();
  const ipv6 = new BlockList();
  for (const cidr of cidrs) {
    const { address, prefixBits, family } = parseCidr(cidr);
    (family === 'ipv4' ? ipv4 : ipv6).addSubnet(address, prefixBits, family);
  }
  return {
    has(address) {
      const version = isIP(address);
      if (version === 4) return ipv4.check(address, 'ipv4');
      // The IPv4 list understands ::ffff:a.b.c.d, and no other IPv6 address.
      return version === 6 && (ipv6.check(address, 'ipv6') || ipv4.check(address, 'ipv6'));
    },
  };
}

function parseCidr(text: string): {
  address: string;
  prefixBits: number;
  family: 'ipv4' | 'ipv6';
} {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const version = isIP(address);
  const prefixBits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  const valid = version !== 0 && !address.includes('%') && rest.length === 0;
  if (!valid || !(prefixBits <= (version === 4 ? 32 : 128))) {
    throw new RangeError(`"${text}" is not a network like 10.0.0.0/8, 127.0.0.1/32 or fd00::/8`);
  }
  return { address, prefixBits, family: version === 4 ? 'ipv4' : 'ipv6' };
}
