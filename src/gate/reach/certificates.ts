/** The certificates of a gate: an authority of its own, made when it starts and never written anywhere, and one for each name. */
import { KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { loadPeer } from './peers';

export interface Authority {
  /** Its certificate, PEM; clients that trust it trust the gate. */
  readonly certificate: string;
  /** A key and a certificate for these names and addresses, PEM. */
  issue(names: readonly string[]): Promise<{ readonly key: string; readonly cert: string }>;
}

type X509 = typeof import('@peculiar/x509');

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;

/** Throws `ERR_SIGV4_INVALID_OPTION` when the package `@peculiar/x509` is not installed. */
export async function createAuthority(): Promise<Authority> {
  const x509 = load();
  const keys = await makeKeys();
  // Several gates may be trusted at once, and are told apart by this.
  const name = `CN=sigv4kit gate ${randomHex(4)}`;
  const { KeyUsageFlags } = x509;
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name,
      ...frame(),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
      ],
    },
    webcrypto as Crypto,
  );
  // One key for all names: they are all of the same server.
  const own = await makeKeys();
  const key = KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
  return {
    certificate: toPem(authority),
    async issue(names) {
      const certificate = await x509.X509CertificateGenerator.create(
        {
          subject: 'CN=sigv4kit gate',
          issuer: name,
          ...frame(),
          publicKey: own.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: ALGORITHM,
          extensions: [
            new x509.BasicConstraintsExtension(false),
            new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
            new x509.SubjectAlternativeNameExtension(
              names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
            ),
            await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as Crypto),
          ],
        },
        webcrypto as Crypto,
      );
      return { key, cert: toPem(certificate) };
    },
  };
}

const toPem = (certificate: { toString(format: 'pem'): string }) => `${certificate.toString('pem')}\n`;

const makeKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

const randomHex = (bytes: number) => Buffer.from(webcrypto.getRandomValues(new Uint8Array(bytes))).toString('hex');

/** What every certificate has. From a day ago, for clients whose clock is behind. */
const frame = () => ({
  // No more than 20 bytes, and above zero: RFC 5280, section 4.1.2.2.
  serialNumber: `01${randomHex(15)}`,
  notBefore: new Date(Date.now() - DAY),
  notAfter: new Date(Date.now() + 365 * DAY),
});

/** Parts of the metadata proposal that a package below needs to load, and that these uses of it never ask anything. */
const METADATA = { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing };
function nothing(): undefined {}

function load(): X509 {
  const given = Object.keys(METADATA).filter((name) => !(name in Reflect));
  // A real one, where the program has it, is let be; ours is gone before anybody else runs.
  for (const name of given) Object.assign(Reflect, { [name]: nothing });
  try {
    return loadPeer<X509>('@peculiar/x509', 'The option https of the gate');
  } finally {
    for (const name of given) Reflect.deleteProperty(Reflect, name);
  }
}
