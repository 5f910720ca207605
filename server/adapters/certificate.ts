import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { StartError } from './start-error.ts';

/** Where certificate (with its chain) and key lie, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Read and held against each other, so that a wrong file is one sentence at the start and no riddle at the first visit. */
export function readCertificate({ cert, key }: TlsFiles, now: number): Certificate {
  const found = { cert: read(cert, 'TLS_CERT'), key: read(key, 'TLS_KEY') };
  try {
    const leaf = new X509Certificate(found.cert);
    if (!leaf.checkPrivateKey(createPrivateKey(found.key)))
      throw new Error('the key is not the one of the certificate');
    if (Date.parse(leaf.validTo) <= now) throw new Error(`the certificate ran out on ${leaf.validTo}`);
    return found;
  } catch (error) {
    throw unusable(`TLS_CERT ${cert} and TLS_KEY ${key} cannot be used: ${(error as Error).message}.`);
  }
}

function read(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(`${name} cannot be read: ${(error as Error).message}.`);
  }
}

const unusable = (message: string): StartError => new StartError('certificate_unusable', message);
