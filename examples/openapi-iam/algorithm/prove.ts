/** What was assembled by hand against sigv4kit: its signer made the same, and its verifier takes it. */
import { signHeaders } from 'sigv4kit/core';
import { createVerifier } from 'sigv4kit/verify';
import type { Assembled, Signing } from './assemble';

export interface Proof {
  readonly claim: string;
  readonly holds: boolean;
}

export async function prove(signing: Signing, assembled: Assembled): Promise<Proof[]> {
  const { method, url, region, service, date, keys } = signing;
  const wire = { method, path: url.pathname, query: url.search.slice(1), headers: [['host', url.host] as const] };
  const signed = await signHeaders(wire, { credentials: keys, region, service, date });
  const own = new Map(signed.headers);
  return [
    {
      claim: 'signHeaders of sigv4kit/core has the same canonical request',
      holds: signed.canonicalRequest === assembled.canonicalRequest,
    },
    { claim: 'and the same string to sign', holds: signed.stringToSign === assembled.stringToSign },
    { claim: 'and the same signature', holds: signed.signature === assembled.signature },
    {
      claim: 'and adds the same headers',
      holds:
        own.size === assembled.headers.length && headersOf(assembled).every(([name, value]) => own.get(name) === value),
    },
    { claim: 'the verifier of sigv4kit/verify takes it', holds: await isAccepted(signing, assembled) },
  ];
}

/** What has to go with the request beside its host, which every client sends by itself. */
export const headersOf = ({ headers, authorization }: Assembled): [string, string][] => [
  ...headers.filter(([name]) => name !== 'host').map(([name, value]): [string, string] => [name, value]),
  ['authorization', authorization],
];

async function isAccepted(
  { method, url, region, service, date, keys }: Signing,
  assembled: Assembled,
): Promise<boolean> {
  const lookup = (id: string) => (id === keys.accessKeyId ? keys : undefined);
  const { verify } = createVerifier({ lookup, region, service, now: () => date.getTime() });
  return verify({ method, url, headers: headersOf(assembled) }).then(
    () => true,
    () => false,
  );
}
