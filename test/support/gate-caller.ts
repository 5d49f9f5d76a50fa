/** Calls a gate as a client would that stands somewhere, connects to one name and may send the Host of another. */
import { request } from 'node:http';
import { signHeaders } from 'sigv4kit/core';
import type { Decision, Gate } from 'sigv4kit/gate';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const key = (accessKeyId: string): Keys => ({
  accessKeyId,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
});

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The Host header, where it is another than the name connected to; it is what is signed. */
  readonly host?: string;
  /** `sourceIp=203.0.113.7; vpc=vpc-1a2b3c4d` */
  readonly from?: string;
  /** Signs with these. */
  readonly keys?: Keys | undefined;
  /** Signs for it. Default `us-east-1`. */
  readonly region?: string;
  /** Signs this host in place of the Host header. */
  readonly signedHost?: string;
}

export interface Seen {
  /** 0 for a connection that was cut. */
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly decision: Decision | undefined;
}

/** `url`: `https://name/path`, where the name is what the client connects to. */
export async function call(gate: Gate, url: string, options: CallOptions = {}): Promise<Seen> {
  const { method = 'GET', headers = {}, body = '', from, keys, region = 'us-east-1' } = options;
  const [, origin = '', name = '', target = '/'] = /^(https:\/\/([^/?]+))(.*)$/.exec(url) ?? [];
  const host = options.host ?? name;
  const [path = '', query = ''] = (target.startsWith('/') ? target : `/${target}`).split(/\?(.*)/s);
  const signed = keys
    ? await signHeaders(
        { method, path, query, headers: [['host', options.signedHost ?? host], ...Object.entries(headers)], body },
        { credentials: keys, region, service: 'execute-api', date: new Date() },
      )
    : undefined;
  const sent = {
    host,
    'x-sigv4kit-gate-host': origin,
    ...(from !== undefined && { 'x-sigv4kit-gate-from': from }),
    ...headers,
    ...Object.fromEntries(signed?.headers ?? []),
    'content-length': String(Buffer.byteLength(body)),
  };
  const got = await send(gate.url, `${path}${query && `?${query}`}`, method, sent, body);
  return { ...got, decision: gate.log.at(-1) };
}

function send(
  gateUrl: string,
  path: string,
  method: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Promise<Omit<Seen, 'decision'>> {
  const { hostname, port } = new URL(gateUrl);
  return new Promise((resolve) => {
    const outgoing = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode as number,
          type: response.headers['x-amzn-errortype'] as string | undefined,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: response.headers,
        }),
      );
    });
    outgoing.on('error', () => resolve({ status: 0, type: undefined, body: '', headers: {} }));
    outgoing.end(body);
  });
}

/** What is seen of a refusal, and how the log has it. */
export const refusalOf = ({ status, type, body, decision }: Seen) => ({
  status,
  type,
  body,
  reason: decision?.reason,
  policy: decision?.policy,
});
