/**
 * The one request that every side signs, and the keys it is signed with: a POST to API Gateway with three query
 * parameters, three headers, a 380-byte JSON body and an 800-character session token.
 */
import { createHash } from 'node:crypto';

/** The access key pair of the AWS documentation, with a token of the usual length. */
export const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: sessionToken(),
};

export const region = 'us-east-1';
export const service = 'execute-api';

export const method = 'POST';
export const host = 'abc123.execute-api.us-east-1.amazonaws.com';
export const path = '/prod/orders';
/** As on the wire; out of order and with escapes, as queries come. */
export const query = 'status=open&limit=50&cursor=eyJpZCI6IjQ4MTUxNjIzNDIifQ%3D%3D';
export const url = `https://${host}${path}?${query}`;
/** The same parameters for those who want them decoded. */
export const parameters = Object.fromEntries(new URLSearchParams(query));
/** The caller's own headers; `host` comes with the URL. */
export const headers = {
  accept: 'application/json',
  'content-type': 'application/json',
  'x-tenant-id': 'tenant-4815162342',
};
export const body = jsonBody();

/** Seconds a presigned URL lives. */
export const expiresIn = 3600;

/** 2026-01-15T12:00:00Z in milliseconds: the instant at which signatures are compared. */
export const instant = Date.UTC(2026, 0, 15, 12);

/** Base64 of 598 bytes that look random: 800 characters, padded, with the `+` and `/` that presigned URLs must escape. */
function sessionToken() {
  const blocks = Array.from({ length: 19 }, (_, i) => createHash('sha256').update(`token ${i}`).digest());
  // What tokens of AWS STS begin with.
  const start = Buffer.from('IQoJb3JpZ2luX2Vj', 'base64');
  const token = Buffer.concat([start, ...blocks])
    .subarray(0, 598)
    .toString('base64');
  return expectLength('session token', token, 800);
}

function jsonBody() {
  const order = {
    orderId: '7d8a1c52-6f0b-4c1e-9b7a-3f2d5e6a8c90',
    customer: { id: 'cus_48151623', name: 'Ana Carolina Silva', email: 'ana@example.com' },
    items: [
      { sku: 'BK-0042', title: 'Field notes', quantity: 2, price: 12.5 },
      { sku: 'PN-0007', title: 'Fountain pen', quantity: 1, price: 48 },
    ],
    note: '',
  };
  order.note = 'Please leave the parcel with the neighbour. '.repeat(5).slice(0, 380 - JSON.stringify(order).length);
  return expectLength('body', JSON.stringify(order), 380);
}

/** The targets are stated for these sizes; a change of the text above must not move them unseen. */
function expectLength(name, text, length) {
  if (Buffer.byteLength(text) !== length) throw new Error(`The ${name} has ${Buffer.byteLength(text)} bytes.`);
  return text;
}
