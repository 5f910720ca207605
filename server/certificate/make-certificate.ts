import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync, chmodSync, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { DAY } from '../../shared/time.ts';
import type { TlsFiles } from '../adapters/certificate.ts';
import { StartError } from '../adapters/start-error.ts';

/** A certificate for this machine and the authority that signed it, which a phone is told to trust. */
export interface LocalCertificate extends TlsFiles {
  /** The authority's certificate, in the form phones install. */
  readonly authority: string;
  /** Whether any of it is new. */
  readonly isNew: boolean;
}

/** Phones refuse certificates of more than 825 days (iOS) from authorities of one's own. */
const LEAF_DAYS = 397;
const AUTHORITY_DAYS = 3650;

const certificateFilesIn = (dataDir: string) => {
  const folder = join(dataDir, 'tls');
  return {
    folder,
    authority: join(folder, 'authority.crt'),
    authorityKey: join(folder, 'authority-key.pem'),
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
  };
};

/**
 * Makes both, or says that what is there still serves: a leaf that holds all of `names` and lasts another month is kept, and
 * the authority always, because phones trust that one. The key of the authority signs for these names only as long as nobody
 * reads it: it lies in the data folder, for its owner alone, and its certificate says that it may sign no other authority.
 */
export function makeCertificate(dataDir: string, names: readonly string[], now: number): LocalCertificate {
  const files = certificateFilesIn(dataDir);
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  const hasAuthority = existsSync(files.authority) && existsSync(files.authorityKey);
  if (!hasAuthority) makeAuthority(files);
  const isNew = !hasAuthority || !isStillGood(files, names, now);
  if (isNew) signLeaf(files, names);
  for (const file of [files.authorityKey, files.key, files.cert, files.authority]) chmodSync(file, 0o600);
  return { cert: files.cert, key: files.key, authority: files.authority, isNew };
}

type Files = ReturnType<typeof certificateFilesIn>;

function makeAuthority({ authority, authorityKey }: Files): void {
  const extensions = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl([
    ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days'.split(' '),
    String(AUTHORITY_DAYS),
    ...['-subj', '/O=ZeusDrive Shared Compute/CN=ZeusDrive local authority'],
    ...extensions.flatMap((extension) => ['-addext', extension]),
    ...['-keyout', authorityKey, '-out', authority],
  ]);
}

function signLeaf({ folder, authority, authorityKey, cert, key }: Files, names: readonly string[]): void {
  const [request, extensions] = [join(folder, 'request.pem'), join(folder, 'extensions.cnf')];
  const alternative = names.map((name) => (isIP(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
  try {
    writeFileSync(
      extensions,
      [
        'basicConstraints=critical,CA:FALSE',
        'keyUsage=critical,digitalSignature',
        'extendedKeyUsage=serverAuth',
        `subjectAltName=${alternative}`,
      ].join('\n'),
    );
    openssl([
      ...'req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj'.split(' '),
      ...['/CN=ZeusDrive Shared Compute', '-keyout', key, '-out', request],
    ]);
    openssl([
      ...[
        'x509',
        '-req',
        '-sha256',
        '-days',
        String(LEAF_DAYS),
        '-in',
        request,
        '-CA',
        authority,
        '-CAkey',
        authorityKey,
      ],
      ...['-set_serial', `0x${serial()}`, '-extfile', extensions, '-out', cert],
    ]);
    writeFileSync(cert, readFileSync(cert, 'utf8') + readFileSync(authority, 'utf8')); // with its chain
  } finally {
    for (const file of [request, extensions]) rmSync(file, { force: true });
  }
}

function isStillGood({ cert, key, authority }: Files, names: readonly string[], now: number): boolean {
  if (!existsSync(cert) || !existsSync(key)) return false;
  const leaf = new X509Certificate(readFileSync(cert));
  const isOurs = leaf.verify(new X509Certificate(readFileSync(authority)).publicKey);
  const holds = (name: string): boolean => (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name)) !== undefined;
  return isOurs && names.every(holds) && Date.parse(leaf.validTo) > now + 30 * DAY;
}

const serial = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(15)))
    .toString('hex')
    .replace(/^./, '1');

function openssl(args: readonly string[]): void {
  try {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: Buffer };
    const why =
      code === 'ENOENT'
        ? 'the program openssl is missing: install it (Debian: `sudo apt-get install openssl`), or bring a certificate of your own as TLS_CERT and TLS_KEY'
        : `openssl says: ${stderr?.toString().trim().split('\n').at(-1)}`;
    throw new StartError('certificate_unusable', `No certificate could be made: ${why}.`);
  }
}
