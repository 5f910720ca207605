import { join, resolve } from 'node:path';
import { POLICY, type Policy } from '../shared/model/policy.ts';
import type { TlsFiles } from './adapters/certificate.ts';
import { StartError } from './adapters/start-error.ts';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly secret: string | undefined;
  /** What seals the audit log's keys, if not a key derived from the secret; and what did before. */
  readonly auditKey: string | undefined;
  readonly formerAuditKey: string | undefined;
  /** Certificate and key, as files: the server speaks TLS itself. */
  readonly tls: TlsFiles | undefined;
  /** Proxies in front of the server, whose word on a client's address is taken. */
  readonly trustedProxies: number;
  readonly isProduction: boolean;
  readonly policy: Policy;
  readonly origins: readonly string[];
  readonly siteDir: string;
  readonly kernelKey: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
}

const MOST_THREADS = 256;
const MOST_PROXIES = 8;

/** What the environment sets, checked. Everything else is policy. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const threads = numberIn(env, 'MAINFRAME_THREADS', POLICY.mainframeThreads, MOST_THREADS);
  return {
    host: env['HOST'] ?? '127.0.0.1', // this machine only, until somebody decides otherwise
    port: numberIn(env, 'PORT', DEFAULT_PORT, 65_535),
    dataDir: dataDirIn(env),
    secret: env['ZEUS_SECRET'],
    auditKey: env['AUDIT_KEY'],
    formerAuditKey: env['AUDIT_KEY_OLD'],
    tls: tlsIn(env),
    trustedProxies: numberIn(env, 'TRUST_PROXY', 0, MOST_PROXIES),
    isProduction: env['NODE_ENV'] === 'production',
    policy: { ...POLICY, mainframeThreads: threads },
    origins: originsIn(env),
    kernelKey: env['KERNEL_KEY'] || undefined,
    smtpUrl: smtpUrlIn(env),
    mailFrom: env['MAIL_FROM'] ?? 'ZeusDrive <no-reply@localhost>',
    siteDir: join(import.meta.dirname, '..', 'dist'),
  };
}

export const DEFAULT_PORT = 8787;

export const dataDirIn = (env: NodeJS.ProcessEnv): string => resolve(env['DATA_DIR'] ?? 'data');

/** ORIGINS: where else pages of this server are reached, say `https://share.example.com`, with commas between. */
function originsIn(env: NodeJS.ProcessEnv): string[] {
  return (env['ORIGINS'] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      if (URL.canParse(text) && new URL(text).origin === text) return text;
      throw new StartError(
        'bad_setting',
        `ORIGINS: expected origins such as https://share.example.com, got “${text}”.`,
      );
    });
}

/** SMTP_URL: the server that codes by email leave through, say `smtps://user:password@mail.example.com`. */
function smtpUrlIn(env: NodeJS.ProcessEnv): string | undefined {
  const text = env['SMTP_URL'];
  if (text === undefined || text === '') return undefined;
  if (URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol)) return text;
  throw new StartError('bad_setting', 'SMTP_URL: expected an address such as smtps://user:password@mail.example.com.');
}

/** TLS_CERT and TLS_KEY, both or neither. */
function tlsIn(env: NodeJS.ProcessEnv): TlsFiles | undefined {
  const [cert = '', key = ''] = [env['TLS_CERT'], env['TLS_KEY']];
  if (cert === '' && key === '') return undefined;
  if (cert !== '' && key !== '') return { cert: resolve(cert), key: resolve(key) };
  throw new StartError('bad_setting', 'TLS_CERT and TLS_KEY: expected both, the certificate and its key, or neither.');
}

function numberIn(env: NodeJS.ProcessEnv, name: string, otherwise: number, most: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
  throw new StartError('bad_setting', `${name}: expected a whole number from 0 to ${most}, got “${text}”.`);
}
