import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** What a browser is told to trust: SHA-256 of the public key, base64. */
  readonly spki: string;
}

/** A certificate for localhost that signs itself, for one run. Half a kilobyte, where a public one with its chain has three. */
export function makeCertificate(folder: string): Certificate {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const ask = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=localhost';
  const args = [...ask.split(' '), '-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certFile];
  try {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new Error('The bench needs the program openssl, to make a certificate for the bytes that TLS adds.', {
      cause: error,
    });
  }
  const cert = readFileSync(certFile, 'utf8');
  const publicKey = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    key: readFileSync(keyFile, 'utf8'),
    cert,
    spki: createHash('sha256').update(publicKey).digest('base64'),
  };
}
