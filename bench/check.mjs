/**
 * Nothing is timed that signs something else: every side signs at one frozen instant, a verifier must accept the request
 * it sent, and its signature must be that of every other side, unless it says that it signs other headers.
 */
import { createVerifier } from 'sigv4kit/verify';
import { credentials, instant, region, service } from './request.mjs';

/** A verifier of the one key pair, whose clock stands at the instant of comparison. */
export const verifierAtInstant = () =>
  createVerifier({
    lookup: (id) => (id === credentials.accessKeyId ? credentials : undefined),
    region,
    service,
    now: () => instant,
  });

/** Throws when a side's request is refused or its signature is not the floor's. */
export async function checkSides(floor, sides) {
  const expected = floor.run();
  const { verify } = verifierAtInstant();
  for (const { name, run, sent, otherHeaders } of sides) {
    const request = sent(await atInstant(run));
    const { signedHeaders } = await verify(request).catch((cause) => {
      throw new Error(`The signature of ${name} does not hold.`, { cause });
    });
    if (!otherHeaders && signatureOf(request) !== expected) {
      throw new Error(`The signature of ${name} differs; it covers ${signedHeaders.join(';')}.`);
    }
  }
}

/** Does some work while the clock of this process stands still, since not every library takes a date. */
export async function atInstant(work) {
  const Running = globalThis.Date;
  globalThis.Date = class extends Running {
    constructor(...parts) {
      super(...(parts.length > 0 ? parts : [instant]));
    }

    static now() {
      return instant;
    }
  };
  try {
    return await work();
  } finally {
    globalThis.Date = Running;
  }
}

function signatureOf({ url, headers }) {
  const inQuery = new URL(url).searchParams.get('X-Amz-Signature');
  return inQuery ?? /Signature=(\w+)/.exec(new Headers(headers).get('authorization'))?.[1];
}
