/** ECDSA P-256 with SHA-256: what every browser's WebCrypto has, and keeps to itself. */
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export const makeKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(P256, false, ['sign', 'verify']);

/** The raw point, 65 bytes, base64url without padding: how a device enrols. */
export async function publicKeyText({ publicKey }: CryptoKeyPair): Promise<string> {
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  return btoa(String.fromCharCode(...point))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** r then s, 64 bytes: WebCrypto's own form, and the wire's. */
export async function sign({ privateKey }: CryptoKeyPair, bytes: Uint8Array): Promise<Uint8Array> {
  const signed = crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, new Uint8Array(bytes));
  return new Uint8Array(await signed);
}
