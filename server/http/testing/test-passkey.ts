import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A passkey in a program, as far as a server can tell (WebAuthn level 2, attestation `none`, ES256, a counter that stays 0). */
export interface Passkey {
  register(challenge: string, origin: string): Readonly<Record<string, unknown>>;
  assert(challenge: string, origin: string): Readonly<Record<string, unknown>>;
}

const PRESENT_AND_VERIFIED = 0x05;
const HAS_KEY = 0x40;

export function makePasskey(host: string): Passkey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
    format: 'jwk',
  });
  const id = randomBytes(16);
  const hostHash = createHash('sha256').update(host).digest();
  const clientData = (type: string, challenge: string, origin: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const envelope = (response: Readonly<Record<string, string>>) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });
  return {
    register(challenge, origin) {
      // COSE: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }
      const key = [
        bytesOf(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32),
        from64(x),
        bytesOf(0x22, 0x58, 32),
        from64(y),
      ];
      const authData = Buffer.concat([
        hostHash,
        bytesOf(PRESENT_AND_VERIFIED | HAS_KEY, 0, 0, 0, 0),
        Buffer.alloc(16), // no model is named
        bytesOf(0, id.length),
        id,
        ...key,
      ]);
      // CBOR: { "fmt": "none", "attStmt": {}, "authData": bytes }
      const attestation = Buffer.concat([
        bytesOf(0xa3, 0x63),
        Buffer.from('fmt'),
        bytesOf(0x64),
        Buffer.from('none'),
        bytesOf(0x67),
        Buffer.from('attStmt'),
        bytesOf(0xa0, 0x68),
        Buffer.from('authData'),
        bytesOf(0x58, authData.length),
        authData,
      ]);
      return envelope({
        clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      });
    },
    assert(challenge, origin) {
      const said = clientData('webauthn.get', challenge, origin);
      const authData = Buffer.concat([hostHash, bytesOf(PRESENT_AND_VERIFIED, 0, 0, 0, 0)]);
      const signed = Buffer.concat([authData, createHash('sha256').update(said).digest()]);
      return envelope({
        clientDataJSON: said.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
      });
    },
  };
}

const bytesOf = (...bytes: readonly number[]): Buffer => Buffer.from(bytes);
const from64 = (text: string): Buffer => Buffer.from(text, 'base64url');
