import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressGuard } from '../../../src/delivery/address/addressGuard.js';
import { internalIpv4, internalIpv6 } from '../../../src/delivery/address/internalRanges.js';
import { insideIpv4, insideIpv6, ipv4Text, publicIpv4, spellings } from './addresses.js';

const strict = createAddressGuard({ allowNetworks: [], allowHttp: false });
const local = createAddressGuard({
  allowNetworks: ['127.0.0.0/8', '10.1.0.0/16'],
  allowHttp: false,
});
const http = createAddressGuard({ allowNetworks: [], allowHttp: true });

describe('refusesAddress', () => {
  it.each(internalIpv4)('refuses all of %s, mapped into IPv6 too', (cidr) => {
    fc.assert(
      fc.property(insideIpv4(cidr), (value) => {
        expect(strict.refusesAddress(ipv4Text(value))).toBe(true);
        expect(strict.refusesAddress(`::ffff:${ipv4Text(value)}`)).toBe(true);
      }),
    );
  });

  it.each([
    ...internalIpv6,
    '::/8',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '4000::/3',
    'fc00::/7',
    'fe80::/10',
    'ff00::/8',
  ])('refuses all of %s', (cidr) => {
    fc.assert(
      fc.property(insideIpv6(cidr), (address) => {
        expect(strict.refusesAddress(address)).toBe(true);
      }),
    );
  });

  it('allows public addresses', () => {
    fc.assert(
      fc.property(publicIpv4, (value) => {
        expect(strict.refusesAddress(ipv4Text(value))).toBe(false);
      }),
    );
    for (const cidr of ['2600::/12', '2a00::/12', '2400::/12']) {
      fc.assert(
        fc.property(insideIpv6(cidr), (address) => {
          expect(strict.refusesAddress(address)).toBe(false);
        }),
      );
    }
  });

  it.each(['', 'example.com', '1.2.3', '2600::1%eth0', 'fe80::1%1', '08.8.8.8', '8.8.8.8:80'])(
    'refuses %j, which is no plain address',
    (text) => {
      expect(strict.refusesAddress(text)).toBe(true);
    },
  );

  it('allows what the operator allows, and nothing beside it', () => {
    expect(local.refusesAddress('127.9.9.9')).toBe(false);
    expect(local.refusesAddress('::ffff:127.0.0.1')).toBe(false);
    expect(local.refusesAddress('10.1.255.255')).toBe(false);
    expect(local.refusesAddress('10.2.0.0')).toBe(true);
    expect(local.refusesAddress('::1')).toBe(true);
    expect(local.refusesAddress('8.8.8.8')).toBe(false);
  });
});

describe('allowNetworks', () => {
  it.each([
    '127.0.0.1',
    '10.0.0.0/33',
    'fd00::/129',
    '10/8',
    'x/8',
    '10.0.0.0/',
    '1.1.1.1/-1',
    'fe80::1%1/64',
    '10.0.0.0/8/8',
    '',
  ])('refuses %j, naming the setting', (cidr) => {
    expect(() => createAddressGuard({ allowNetworks: [cidr], allowHttp: false })).toThrow(
      `EVERHOOK_ALLOW_NETWORKS: "${cidr}" is not a network like`,
    );
  });

  it('keeps the families apart', () => {
    const six = createAddressGuard({ allowNetworks: ['::/0'], allowHttp: false });
    expect(six.refusesAddress('10.0.0.1')).toBe(true);
    expect(six.refusesAddress('fd00::1')).toBe(false);
    const four = createAddressGuard({ allowNetworks: ['0.0.0.0/0'], allowHttp: false });
    expect(four.refusesAddress('10.0.0.1')).toBe(false);
    expect(four.refusesAddress('fd00::1')).toBe(true);
  });
});

describe('urlProblem', () => {
  it.each([
    'https://example.com',
    'https://example.com/path?query=1&b=%20',
    'HTTPS://EXAMPLE.COM:8443/',
    'https://example.com.',
    'https://my_host.example.com/',
    'https://bücher.example/',
    'https://8.8.8.8/',
    'https://[2600::1]/',
    'https://example.com/@user',
    'https://my.local.example.com/',
  ])('allows %s', (url) => {
    expect(strict.urlProblem(url)).toBeNull();
  });

  it.each([
    ['http://example.com/', /begin with https/],
    ['ftp://example.com/', /begin with https/],
    ['example.com', /begin with https/],
    ['https:example.com', /begin with https/],
    ['https:///example.com', /begin with https/],
    ['', /begin with https/],
    [' https://example.com', /white space/],
    ['https://exa\tmple.com', /white space/],
    ['https://example.com/\n', /white space/],
    ['https://example.com/\u00a0', /white space/],
    ['https://example.com\\@evil.com', /backslash/],
    ['https://example.com/\0', /control/],
    ['https://user@example.com/', /user or password/],
    ['https://user:secret@example.com/', /user or password/],
    ['https://@example.com/', /user or password/],
    ['https://example.com/#part', /fragment/],
    ['https://example.com/#', /fragment/],
    ['https://intranet/', /full name/],
    ['https://localhost/', /localhost/],
    ['https://LOCALHOST./', /localhost/],
    ['https://a.localhost/', /localhost/],
    ['https://printer.local/', /\.local are internal/],
    ['https://metadata.google.internal/', /\.internal are internal/],
    ['https://api.default.svc/', /\.svc are internal/],
    ['https://1.0.0.127.in-addr.arpa/', /\.arpa are internal/],
    ['https://x.onion/', /\.onion are internal/],
    ['https://example.com../', /valid host name/],
    ['https://a..example.com/', /valid host name/],
    ['https://-a.example.com/', /valid host name/],
    ['https://a!b.example.com/', /valid host name/],
    [`https://${'a'.repeat(64)}.example.com/`, /valid/],
    ['https://1.2.3.4.5/', /not a valid URL/],
    ['https://[fe80::1%25eth0]/', /not a valid URL/],
    ['https://example.com:0/', /Port 0/],
    ['https://example.com:22/', /Port 22/],
    ['https://example.com:5432/', /Port 5432/],
    ['https://example.com:6379/', /Port 6379/],
    ['https://example.com:70000/', /not a valid URL/],
    [`https://example.com/${'a'.repeat(2048)}`, /at most 2048/],
  ])('refuses %j', (url, expected) => {
    expect(strict.urlProblem(url)).toMatch(expected);
    expect(() => strict.normalizeUrl(url)).toThrow(expected);
  });

  it('refuses internal IPv4 addresses in every spelling', () => {
    const somewhere = fc.constantFrom(...internalIpv4).chain((cidr) => insideIpv4(cidr));
    fc.assert(
      fc.property(somewhere.chain(spellings), (host) => {
        expect(strict.urlProblem(`https://${host}/`)).toMatch(/is internal/);
        expect(http.urlProblem(`http://${host}/`)).toMatch(/is internal/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses internal IPv6 addresses', () => {
    const somewhere = fc
      .constantFrom(...internalIpv6, '::/8', 'fc00::/7', 'fe80::/10', 'ff00::/8')
      .chain((cidr) => insideIpv6(cidr));
    fc.assert(
      fc.property(somewhere, (address) => {
        expect(strict.urlProblem(`https://[${address}]/`)).toMatch(/is internal/);
      }),
    );
  });

  it('never throws, and what it allows has one spelling that it allows again', () => {
    const urls = fc.oneof(fc.webUrl({ validSchemes: ['https', 'http'] }), fc.string());
    fc.assert(
      fc.property(urls, (text) => {
        if (http.urlProblem(text) !== null) return;
        const normal = http.normalizeUrl(text);
        expect(http.normalizeUrl(normal)).toBe(normal);
      }),
      { numRuns: 500 },
    );
  });
});

describe('http and localhost', () => {
  it('allows http where the operator says so', () => {
    expect(http.urlProblem('http://example.com/')).toBeNull();
    expect(http.urlProblem('http://127.0.0.1/')).toMatch(/is internal/);
    expect(http.urlProblem('http://localhost/')).toMatch(/localhost/);
  });

  it('allows http to literals of allowed networks, and to localhost with the loopback', () => {
    expect(local.urlProblem('http://127.0.0.1:3000/hook')).toBeNull();
    expect(local.urlProblem('http://2130706433:3000/hook')).toBeNull();
    expect(local.urlProblem('http://10.1.2.3/')).toBeNull();
    expect(local.urlProblem('http://localhost:3000/')).toBeNull();
    expect(local.urlProblem('https://a.localhost./')).toBeNull();
    expect(local.urlProblem('http://example.com/')).toMatch(/https/);
    expect(local.urlProblem('http://8.8.8.8/')).toMatch(/https/);
    expect(local.urlProblem('http://10.2.0.1/')).toMatch(/is internal/);
    expect(local.urlProblem('http://127.0.0.1:22/')).toMatch(/Port 22/);
  });

  it('leads localhost to the loopback addresses that are allowed', () => {
    expect(strict.localhostAddresses).toEqual([]);
    expect(local.localhostAddresses).toEqual(['127.0.0.1']);
    const both = createAddressGuard({
      allowNetworks: ['127.0.0.0/8', '::1/128'],
      allowHttp: false,
    });
    expect(both.localhostAddresses).toEqual(['127.0.0.1', '::1']);
  });
});

describe('normalizeUrl', () => {
  it.each([
    ['HTTPS://Example.COM:443/A%20b?Q=1', 'https://example.com/A%20b?Q=1'],
    ['https://example.com.', 'https://example.com/'],
    ['https://example.com.:8443/a/../b', 'https://example.com:8443/b'],
    ['https://bücher.example', 'https://xn--bcher-kva.example/'],
    ['https://0x08080808/', 'https://8.8.8.8/'],
  ])('makes %s into %s', (text, expected) => {
    expect(strict.normalizeUrl(text)).toBe(expected);
  });

  it('does so however often it is asked', () => {
    for (let i = 0; i < 20_000; i += 1) {
      expect(strict.urlProblem('https://b\u00fccher.example')).toBeNull();
    }
  });
});
