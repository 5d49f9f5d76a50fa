/** Signers that nobody here wrote, behind one way to call: what each sends goes over the wire as it signed it. */
import { spawn, spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Sha256 } from '@aws-crypto/sha256-universal';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { auth, http } from 'aws-crt';
// @ts-expect-error -- comes without types
import aws4 from 'aws4';
import { AwsClient } from 'aws4fetch';
import type { Gate } from 'sigv4kit/gate';
import type { Keys } from '../../support/gate-world';

export interface Call {
  readonly keys: Keys;
  readonly region: string;
  readonly service: string;
  readonly host: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  /** As `x-amzn-errortype` has it. */
  readonly type: string;
  readonly body: string;
}

/** Makes calls one after another. */
export type Client = (gate: Gate, calls: readonly Call[]) => Promise<Answer[]>;

/** Sends a request with these headers and no others but what HTTP needs. */
function send(gate: Gate, { method, target, body }: Call, headers: Record<string, string>): Promise<Answer> {
  const { hostname, port } = new URL(gate.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: target, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => (text += piece));
      response.on('end', () =>
        resolve({
          status: response.statusCode as number,
          type: String(response.headers['x-amzn-errortype'] ?? ''),
          body: text,
        }),
      );
    });
    sent.on('error', reject).end(body);
  });
}

const each =
  (client: (gate: Gate, call: Call) => Promise<Answer>): Client =>
  async (gate, calls) => {
    const answers: Answer[] = [];
    for (const call of calls) answers.push(await client(gate, call));
    return answers;
  };

const withAws4 = each((gate, call) => {
  const { keys, region, service, host, method, target, headers, body } = call;
  const signed = aws4.sign({ host, method, path: target, headers: { ...headers }, body, region, service }, { ...keys });
  return send(gate, call, signed.headers as Record<string, string>);
});

const withAws4fetch = each(async (gate, call) => {
  const { keys, region, service, host, method, target, headers, body } = call;
  const client = new AwsClient({ ...keys, region, service });
  const signed = await client.sign(`https://${host}${target}`, { method, headers, ...(body && { body }) });
  return send(gate, call, { host, ...Object.fromEntries(signed.headers) });
});

const withSmithy = each(async (gate, call) => {
  const { keys, region, service, host, method, target, headers, body } = call;
  const url = new URL(`https://${host}${target}`);
  const signer = new SignatureV4({ credentials: { ...keys }, region, service, sha256: Sha256 });
  const signed = await signer.sign(
    new HttpRequest({
      method,
      hostname: host,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host, ...headers },
      body,
    }),
  );
  return send(gate, call, signed.headers);
});

const withAwsCrt = each(async (gate, call) => {
  const { keys, region, service, host, method, target, headers, body } = call;
  const fields = new http.HttpHeaders(Object.entries({ host, ...headers }));
  const unsigned = new http.HttpRequest(method, target, fields);
  const { createHash } = await import('node:crypto');
  const signed = await auth.aws_sign_request(unsigned, {
    algorithm: auth.AwsSigningAlgorithm.SigV4,
    signature_type: auth.AwsSignatureType.HttpRequestViaHeaders,
    provider: auth.AwsCredentialsProvider.newStatic(keys.accessKeyId, keys.secretAccessKey, keys.sessionToken),
    region,
    service,
    date: new Date(),
    signed_body_value: createHash('sha256').update(body).digest('hex'),
  });
  return send(gate, call, Object.fromEntries(signed.headers._flatten()));
});

const PORT = /:(\d+)$/;

/** curl itself finds the AWS hostname at the gate's port. */
const withCurl = each(async (gate, { keys, region, service, host, method, target, headers, body }) => {
  const answer = await run(
    'curl',
    [
      ['--silent', '--show-error', '--include', '--max-time', '20', '--request', method],
      ['--connect-to', `::127.0.0.1:${PORT.exec(gate.url)?.[1]}`],
      ['--aws-sigv4', `aws:amz:${region}:${service}`],
      // Keys on a command line are anybody's to read; curl takes them from its configuration.
      ['--config', '-'],
      ...Object.entries(headers).map(([name, value]) => ['--header', `${name}: ${value}`]),
      ...(keys.sessionToken ? [['--header', `x-amz-security-token: ${keys.sessionToken}`]] : []),
      ...(body ? [['--data-binary', body]] : []),
      [`http://${host}${target}`],
    ].flat(),
    `user = "${keys.accessKeyId}:${keys.secretAccessKey}"\n`,
  );
  const [head = '', text = ''] = answer.split(/\r\n\r\n(.*)/s);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^x-amzn-errortype: (\S+)/im.exec(head)?.[1] ?? '',
    body: text,
  };
});

const python =
  (signer: string): Client =>
  async (gate, calls) =>
    runPython(calls.map(({ keys, ...call }) => ({ signer, gate: gate.url, ...keys, ...call })));

/** Runs calls of the Python script. */
export const runPython = async (calls: readonly object[]): Promise<Answer[]> =>
  JSON.parse(await run('/usr/bin/python3', [script], JSON.stringify(calls)));
const script = fileURLToPath(new URL('calls.py', import.meta.url));

function run(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Settings of this process are not those of its callers.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 50_000, env });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => (output += piece));
    child.stderr.setEncoding('utf8').on('data', (piece) => (errors += piece));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program}: ${code}: ${errors}`))));
    child.stdin.end(input);
  });
}

const works = (program: string, args: readonly string[]) => spawnSync(program, args).status === 0;
export const HAS_CURL = works('curl', ['--aws-sigv4', 'aws:amz:a:b', '--version']);
export const HAS_PYTHON = works('/usr/bin/python3', ['-c', 'import botocore, boto3, requests, aws_requests_auth']);

/** By name; those that this machine does not have are left out. */
export const CLIENTS: Record<string, Client> = {
  aws4: withAws4,
  aws4fetch: withAws4fetch,
  '@smithy/signature-v4': withSmithy,
  'aws-crt': withAwsCrt,
  ...(HAS_CURL && { 'curl --aws-sigv4': withCurl }),
  ...(HAS_PYTHON && { botocore: python('botocore'), 'aws-requests-auth': python('aws_requests_auth') }),
};
