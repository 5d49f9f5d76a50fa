/** Every client that can be signed for, behind one way to call, so that one suite says what each of them does. */
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpRequest } from '@smithy/protocol-http';
import axios, { type AxiosStatic } from 'axios';
import lowestAxios from 'axios-lowest';
import got, { RequestError } from 'got';
import ky, { HTTPError } from 'ky';
import { ofetch } from 'ofetch';
import { createSignedFetch, isSigV4Error, type SignedFetchOptions, type SignerOptions } from 'sigv4kit';
import { signAxios } from 'sigv4kit/axios';
import type { Gate } from 'sigv4kit/gate';
import { gotSigV4 } from 'sigv4kit/got';
import { signHttpRequest } from 'sigv4kit/http';
import { smithySigner } from 'sigv4kit/smithy';
import { undiciInterceptor } from 'sigv4kit/undici';
import * as undici from 'undici';

export type Body = string | Uint8Array<ArrayBuffer> | URLSearchParams | FormData | Blob | Readable;

export interface Call {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Body;
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What a client does not have at all: nothing to test, and a dash in the table. */
export type Lacks =
  | 'redirects'
  | 'retries'
  | 'answers'
  | 'relative'
  | 'timeout'
  | 'abort'
  | 'FormData'
  | 'Blob'
  | 'stream'
  | 'URLSearchParams';

export interface Client {
  readonly name: string;
  readonly lacks: readonly Lacks[];
  /** It can send a Host of its own. */
  readonly sendsHost: boolean;
  open(gate: Gate, options: SignedFetchOptions): (call: Call) => Promise<Answer>;
}

const read = async (response: Response): Promise<Answer> => ({ status: response.status, text: await response.text() });

const fetchInit = ({ method, headers, body, signal }: Call) => ({
  ...(method && { method }),
  ...(headers && { headers }),
  ...(body !== undefined && { body: body as BodyInit }),
  ...(body instanceof Readable && { duplex: 'half' as const }),
  ...(signal && { signal }),
});

const byFetch: Client = {
  name: 'fetch',
  lacks: [],
  sendsHost: false,
  open(gate, options) {
    const fetch = createSignedFetch({ ...options, fetch: gate.fetch });
    return (call) => fetch(call.url, { ...fetchInit(call), aws: { timeout: call.timeout } }).then(read);
  },
};

const axiosClient = (name: string, library: AxiosStatic, adapter: 'http' | 'fetch'): Client => ({
  name,
  lacks: [],
  sendsHost: adapter === 'http',
  open(_, options) {
    const instance = library.create({
      adapter,
      validateStatus: () => true,
      responseType: 'text',
      transformResponse: [],
    });
    signAxios(instance, options);
    return async ({ url, method = 'GET', headers, body, signal, timeout }) => {
      const { status, data } = await instance.request({
        url,
        method,
        ...(headers && { headers }),
        ...(body !== undefined && { data: body }),
        ...(signal && { signal }),
        ...(timeout !== undefined && { timeout }),
      });
      return { status, text: String(data) };
    };
  },
});

const byGot: Client = {
  name: 'got',
  lacks: ['relative'],
  sendsHost: true,
  open(_, options) {
    const client = got.extend(gotSigV4(options), {
      throwHttpErrors: false,
      retry:
        options.retry === false
          ? { limit: 0 }
          : { limit: 2, calculateDelay: ({ computedValue }) => (computedValue ? 1 : 0) },
    });
    return async ({ url, method = 'GET', headers, body, signal, timeout }) => {
      const { statusCode, body: text } = await client(url, {
        method: method as 'GET',
        ...(headers && { headers }),
        ...(body !== undefined && {
          body: (body instanceof Blob
            ? new Uint8Array(await body.arrayBuffer())
            : body instanceof URLSearchParams
              ? String(body)
              : body) as string,
        }),
        ...(signal && { signal }),
        ...(timeout !== undefined && { timeout: { request: timeout } }),
      });
      return { status: statusCode, text };
    };
  },
};

const byUndici: Client = {
  name: 'undici',
  lacks: ['relative', 'URLSearchParams'],
  sendsHost: true,
  open(gate, options) {
    const dispatcher = (gate.dispatcher() as unknown as undici.Dispatcher).compose(
      undiciInterceptor(options) as never,
      undici.interceptors.redirect({ maxRedirections: 5 }),
      ...(options.retry === false
        ? []
        : [undici.interceptors.retry({ minTimeout: 1, maxRetries: 2, statusCodes: [429, 503] })]),
    );
    return async ({ url, method = 'GET', headers, body, signal, timeout }) => {
      const { statusCode, body: answer } = await undici.request(url, {
        dispatcher,
        method: method as 'GET',
        ...(headers && { headers }),
        ...(body !== undefined && { body: body as string }),
        ...(signal && { signal }),
        ...(timeout !== undefined && { headersTimeout: timeout }),
      });
      return { status: statusCode, text: await answer.text() };
    };
  },
};

const byHttp: Client = {
  name: 'node:https',
  lacks: ['relative', 'redirects', 'retries', 'answers', 'FormData', 'Blob', 'stream', 'URLSearchParams'],
  sendsHost: true,
  open(_, options) {
    return async ({ url, method = 'GET', headers = {}, body, signal, timeout }) => {
      const { hostname, pathname, search } = new URL(url);
      const given: RequestOptions = {
        hostname,
        path: url.slice(url.indexOf('/', 8)) || pathname + search,
        method,
        headers,
        ...(signal && { signal }),
        ...(timeout !== undefined && { timeout }),
      };
      const bytes = (body ?? null) as string | Uint8Array | null;
      const signed = await signHttpRequest({ protocol: 'https:', ...given }, bytes, options);
      return new Promise((resolve, reject) => {
        const sent = httpsRequest(signed as RequestOptions, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece) => (text += piece));
          response.on('end', () => resolve({ status: response.statusCode as number, text }));
        });
        sent.on('timeout', () => sent.destroy(new Error('timeout')));
        sent.on('error', reject).end(bytes ?? undefined);
      });
    };
  },
};

const bySmithy: Client = {
  name: 'AWS SDK v3',
  lacks: [
    'relative',
    'redirects',
    'retries',
    'answers',
    'FormData',
    'Blob',
    'stream',
    'URLSearchParams',
    'timeout',
    'abort',
  ],
  sendsHost: false,
  open(_, options) {
    const signer = smithySigner(options as SignerOptions);
    const handler = new NodeHttpHandler();
    return async ({ url, method = 'GET', headers = {}, body }) => {
      const { hostname, pathname, searchParams } = new URL(url);
      const query: Record<string, string[]> = Object.create(null);
      for (const name of new Set(searchParams.keys())) query[name] = searchParams.getAll(name);
      const request = new HttpRequest({
        method,
        protocol: 'https:',
        hostname,
        path: pathname,
        query,
        headers: { host: hostname, ...headers },
        body,
      });
      const { response } = await handler.handle((await signer.sign(request)) as HttpRequest);
      return { status: response.statusCode, text: await text(response.body) };
    };
  },
};

const byKy: Client = {
  name: 'ky',
  lacks: ['relative'],
  sendsHost: false,
  open(gate, options) {
    const retry = options.retry === false ? false : { attempts: 1 };
    const client = ky.create({
      fetch: createSignedFetch({ ...options, retry, fetch: gate.fetch }) as typeof fetch,
      retry: retry ? { limit: 2, delay: () => 1, statusCodes: [429, 503] } : 0,
    });
    return (call) =>
      client(call.url, { ...fetchInit(call), timeout: call.timeout ?? false })
        .catch((error) => (error instanceof HTTPError ? error.response : Promise.reject(error)))
        .then(read);
  },
};

const byOfetch: Client = {
  name: 'ofetch',
  lacks: [],
  sendsHost: false,
  open(gate, options) {
    const client = ofetch.create(
      { retry: false },
      { fetch: createSignedFetch({ ...options, fetch: gate.fetch }) as typeof fetch },
    );
    return async (call) => {
      const { status, _data } = await client.raw(call.url, {
        ...(fetchInit(call) as object),
        ...(call.timeout !== undefined && { timeout: call.timeout }),
        responseType: 'text',
        ignoreResponseError: true,
      });
      return { status, text: String(_data ?? '') };
    };
  },
};

export const CLIENTS: readonly Client[] = [
  byFetch,
  axiosClient('axios', axios, 'http'),
  axiosClient('axios, fetch adapter', axios, 'fetch'),
  axiosClient('axios 1.7', lowestAxios as unknown as AxiosStatic, 'http'),
  byGot,
  byUndici,
  byHttp,
  bySmithy,
  byKy,
  byOfetch,
];

/** The code that a call of any client is refused with; got and others wrap what was thrown. */
export async function refusalOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    for (let found: unknown = error; found; found = (found as { cause?: unknown }).cause)
      if (isSigV4Error(found)) return found.code;
    if (error instanceof RequestError) return error.code;
    throw error;
  }
  throw new Error('the call was expected to be refused and was not');
}
