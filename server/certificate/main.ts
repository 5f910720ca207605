/** `npm run cert`: a certificate for this machine, and how a phone in the same network tries the app. */
import { hostname, networkInterfaces } from 'node:os';
import { relative } from 'node:path';
import { renderUnicodeCompact } from 'uqr';
import { StartError } from '../adapters/start-error.ts';
import { dataDirIn, DEFAULT_PORT } from '../settings.ts';
import { addressesOf } from './addresses.ts';
import { makeCertificate } from './make-certificate.ts';

process.stdout.on('error', () => undefined); // whoever read it has left

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const addresses = addressesOf(networkInterfaces());
  const known = ['localhost', hostname(), `${hostname()}.local`, '127.0.0.1', '::1', ...addresses];
  const names = [...new Set(known)].filter(isName);
  const dataDir = dataDirIn(process.env);
  const { cert, key, authority, isNew } = makeCertificate(dataDir, names, Date.now());
  const port = process.env['PORT'] ?? String(DEFAULT_PORT);
  const urls = addresses.map((address) => `https://${address.includes(':') ? `[${address}]` : address}:${port}`);
  say(`${isNew ? 'A new certificate' : 'The certificate there is still serves'}: ${names.join(', ')}`);
  say('');
  say('Start the server with it, for this network:');
  const origins = urls.length > 0 ? ` ORIGINS='${urls.join(',')}'` : '';
  say(`  HOST=0.0.0.0 TLS_CERT=${here(cert)} TLS_KEY=${here(key)}${origins} npm start`);
  say('');
  say(
    `Trust it on the phone: send it ${here(authority)} (by mail or cable; the -key.pem files never leave this machine).`,
  );
  say('  Android: Settings → Security → Encryption & credentials → Install a certificate → CA certificate.');
  say(
    '  iOS: open the file, then Settings → Profile Downloaded → Install; then General → About → Certificate Trust Settings → on.',
  );
  say(
    '  Afterwards remove it there again: whoever has the key in the data folder could vouch for any site to that phone.',
  );
  say('');
  const [url] = urls;
  if (url === undefined) say('This machine is in no network: no phone can reach it.');
  else say(`With the phone in the same network, open ${url}\n\n${renderUnicodeCompact(url)}`);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** What may stand in a certificate; a machine may be called anything. */
function isName(name: string): boolean {
  return /^[\w.:-]{1,253}$/.test(name);
}

/** As a person in this folder would write it. */
function here(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
