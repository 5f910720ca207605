import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ok, refuse, type Result } from '../../shared/result.ts';

/**
 * Whether the world outside may be called at an address that somebody typed in (webhooks): never this machine, nor what
 * stands beside it in its network, nor the metadata of a cloud. The ranges are those IANA registers as not globally
 * reachable (RFC 6890 and its successors), and every way to write an IPv4 address within an IPv6 one.
 */
export const isPublicAddress = (address: string): boolean =>
  isIP(address) === 4 ? !CLOSED_4.check(address, 'ipv4') : isIP(address) === 6 && !CLOSED_6.check(address, 'ipv6');

/** Two lists: one for both would find an IPv4 address in the IPv6 range of mapped ones. */
const CLOSED_4 = new BlockList();
const CLOSED_6 = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carriers' NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, and the metadata of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24], // documentation, as are two more
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const) {
  CLOSED_4.addSubnet(net, bits, 'ipv4');
}
// Global unicast is 2000::/3; outside of it nothing is public. Mapped, compatible, NAT64 (64:ff9b::), ULA, link-local: all there.
for (const [net, bits] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23], // Teredo, ORCHID and other protocols
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: an IPv4 address within
  ['3fff::', 20], // documentation
] as const) {
  CLOSED_6.addSubnet(net, bits, 'ipv6');
}

export type UrlRefusal = 'not_a_url' | 'not_https' | 'has_credentials' | 'odd_port' | 'not_public';

/** An address to be called, judged before any name is looked up. A name is judged when it is, by `publicLookup`. */
export function publicUrl(text: string): Result<URL, UrlRefusal> {
  if (!URL.canParse(text)) return refuse('not_a_url');
  const url = new URL(text); // which also reads 0x7f.1 and 2130706433 as what they are
  if (url.protocol !== 'https:') return refuse('not_https');
  if (url.username !== '' || url.password !== '') return refuse('has_credentials');
  if (url.port !== '' && Number(url.port) < 1024) return refuse('odd_port');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 ? !isPublicAddress(host) : isLocalName(host)) return refuse('not_public');
  return ok(url);
}

const isLocalName = (host: string): boolean =>
  !host.includes('.') || /(^|\.)(localhost|local|internal|home\.arpa|lan|intranet)\.?$/i.test(host);

type AllLookup = (
  host: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * For `lookup` of a request: the socket connects to an address that was checked here, in the same look-up, so a name that
 * answers differently the second time (DNS rebinding) gains nothing. One closed address among several refuses them all.
 */
export const publicLookup =
  (look: AllLookup = systemLookup): LookupFunction =>
  (host, options, done) => {
    look(host, { all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) return done(error, '', 0);
      if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
        const refused = Object.assign(new Error(`${host} is not a public address`), { code: 'ENOTPUBLIC' });
        return done(refused, '', 0);
      }
      if (options.all) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };

export interface PostOptions {
  readonly body: string;
  readonly timeoutMs: number;
  readonly lookup?: LookupFunction;
}

/** Posts JSON to a checked address; no redirect is followed. The status, or why it was not called. */
export async function postToPublic(
  url: URL,
  { body, timeoutMs, lookup = publicLookup() }: PostOptions,
): Promise<Result<number, UrlRefusal | 'unreachable'>> {
  const checked = publicUrl(url.href);
  if (!checked.ok) return checked;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const call = request(checked.value, { method: 'POST', headers, lookup, signal, agent: false }, (reply) => {
      reply.destroy(); // what it says is none of our business
      resolve(ok(reply.statusCode ?? 0));
    });
    call.on('error', (error: NodeJS.ErrnoException) =>
      resolve(refuse(error.code === 'ENOTPUBLIC' ? 'not_public' : 'unreachable')),
    );
    call.end(body);
  });
}
