/** Verifying: `createVerifier().verify` of a signed request in each form it may come, against the cryptography it needs. */
import { isSigV4Error } from 'sigv4kit';
import { presignQuery, signHeaders } from 'sigv4kit/core';
import { verifierAtInstant } from './check.mjs';
import { body, instant } from './request.mjs';
import { timeInTurn } from './rounds.mjs';
import { floorOf, sent } from './sides.mjs';
import { contextAt, wire } from './sign.mjs';
import { atMost } from './targets.mjs';

/** Rows and targets of verifying. No peer verifies on Node. */
export async function benchVerify() {
  const context = contextAt(new Date(instant));
  const inHeaders = await signHeaders(wire, context);
  const inQuery = await presignQuery(wire, context);
  const signedWire = { ...wire, headers: [...wire.headers, ...inHeaders.headers] };
  const presignedWire = { ...wire, query: inQuery.query };
  const floors = {
    header: { ...floorOf(inHeaders), name: 'floor, header form' },
    presigned: { ...floorOf(inQuery), name: 'floor, presigned' },
  };
  const { verify } = verifierAtInstant();
  const forms = [
    { form: 'header', name: 'verify, header form', request: signedWire },
    { form: 'header', name: 'verify, header form, from URL and fields', request: received(signedWire) },
    { form: 'presigned', name: 'verify, presigned', request: presignedWire },
  ];
  for (const { request, name } of forms) await checkVerdicts(verify, request, name);
  const sides = forms.map(({ name, request }) => ({ name, run: () => verify(request) }));
  const timed = await timeInTurn([...Object.values(floors), ...sides]);
  const rows = [
    ...Object.values(floors).map(({ name }) => ({ name, nsPerCall: timed.ns(name), timesFloor: 1 })),
    ...forms.map(({ name, form }) => ({
      name,
      nsPerCall: timed.ns(name),
      timesFloor: timed.ratio(name, floors[form].name),
    })),
  ];
  const targets = forms.map(({ name, form }) =>
    atMost(`${name}: time over floor`, 2.5, timed.ratio(name, floors[form].name)),
  );
  return { subject: 'verify', rows, targets };
}

/** The same request as a server framework would hand it over. */
const received = ({ path, query, headers }) => sent(`${path}?${query}`, Object.fromEntries(headers));

/** A verifier that says yes to anything would be fast; this one must also refuse a body that lacks its last byte. */
async function checkVerdicts(verify, request, name) {
  await verify(request).catch((cause) => {
    throw new Error(`${name}: a good signature is refused.`, { cause });
  });
  const refusal = await verify({ ...request, body: body.slice(0, -1) }).catch((error) => error);
  if (!isSigV4Error(refusal) || refusal.code !== 'ERR_SIGV4_SIGNATURE_MISMATCH') {
    throw new Error(`${name}: a changed body is not refused.`);
  }
}
