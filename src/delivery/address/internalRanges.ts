/** IPv4 that isn't public: IANA's special-purpose registry, multicast, and a cloud's metadata address that looks public. */
export const internalIpv4: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/**
 * All of IPv6 that is public lies in here. Naming what is allowed, not what is refused, also keeps out what carries
 * an IPv4 address within (mapped, compatible, NAT64), and link-local, unique-local and multicast addresses.
 */
export const globalIpv6 = '2000::/3';

/** What isn't public within it: protocol assignments with Teredo, documentation, 6to4, AS112. */
export const internalIpv6: readonly string[] = [
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
];
