/** The ways to SageMaker and to Studio in the gate: what VPC endpoints, their policies and their names make of a call and of a URL. */
import { get } from 'node:http';
import type { SageMakerClientConfig } from '@aws-sdk/client-sagemaker';
import type { Standpoint } from 'sigv4kit/gate';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/error-of';
import {
  ACCOUNT,
  API,
  asked,
  create,
  DOMAIN,
  denial,
  inside,
  office,
  open,
  profile,
  STRICT,
  STUDIO,
  session,
  unallowed,
  useGate,
} from '../support/studio-world';

const gate = useGate();

describe('a call of SageMaker', () => {
  test.each<[from: string, standpoint: Standpoint, config: SageMakerClientConfig, through: string | undefined]>([
    ['through the endpoint of its VPC', inside, {}, API],
    [
      'through the endpoint that it names',
      {},
      { endpoint: `https://${API}-x1.api.sagemaker.us-east-1.vpce.amazonaws.com` },
      API,
    ],
    ['over the internet', office, {}, undefined],
  ])('comes %s, and the role may by that', async (_, standpoint, config, through) => {
    const credentials = await session();
    await create(asked(), { credentials, ...config }, standpoint);
    expect(gate().log.at(-1)?.vpcEndpoint).toBe(through);
  });

  test('comes by no way that the policies of the role name, and is refused', async () => {
    const credentials = await session();
    const error = await errorOf(create(asked(), { credentials }, { vpc: null, sourceIp: '198.51.100.1' }));
    expect(error.message).toBe(
      denial(`arn:aws:sts::${ACCOUNT}:assumed-role/create-url/lambda`, profile('alice'), unallowed),
    );
  });

  test.each([
    ['throttle', 'ThrottlingException', 400],
    ['unavailable', 'ServiceUnavailable', 503],
  ] as const)('can fail by the fault %s', async (kind, name, status) => {
    gate().faults.add({ kind, service: 'sagemaker', action: 'CreatePresignedDomainUrl', times: 1 });
    const error = await errorOf(create());
    expect([error.name, error.$metadata.httpStatusCode]).toEqual([name, status]);
  });

  test('is refused with keys that have been rotated', async () => {
    const credentials = await session();
    gate().faults.add({ kind: 'rotated', service: 'sagemaker' });
    expect((await errorOf(create(asked(), { credentials }))).name).toBe('UnrecognizedClientException');
  });
});

describe('opening the URL', () => {
  test.each<[from: string, standpoint: Standpoint, status: number, through: string | undefined]>([
    ['the office', office, 200, undefined],
    ['a VPC with an endpoint for Studio', inside, 200, STUDIO],
    ['another address of the internet', { vpc: null, sourceIp: '198.51.100.1' }, 403, undefined],
    [
      'a VPC without an endpoint, as an address of the internet',
      { vpc: 'vpc-bare', sourceIp: '10.0.1.2' },
      403,
      undefined,
    ],
    ['a VPC with the endpoint of somebody else', { vpc: 'vpc-strict', sourceIp: '172.16.0.1' }, 403, STRICT],
    ['there, at an inner address that the role may', { vpc: 'vpc-strict', sourceIp: '10.0.9.9' }, 200, STRICT],
  ])("judges the creator's right again, from %s", async (_, standpoint, status, through) => {
    const url = await create(asked(), { credentials: await session() }, inside);
    const answer = await open(url, standpoint);
    expect(answer.status).toBe(status);
    const principal = `arn:aws:sts::${ACCOUNT}:assumed-role/create-url/lambda`;
    expect(gate().log.at(-1)).toMatchObject({ service: 'studio', principal, status });
    expect(gate().log.at(-1)?.vpcEndpoint).toBe(through);
    if (status === 200) return;
    expect(await answer.text()).toBe('Auth token containing insufficient permissions');
    expect(gate().log.at(-1)).toMatchObject({ outcome: 'refused', reason: 'implicit-deny', policy: 'identity' });
  });

  test("meets the endpoint's policy too", async () => {
    const [alice, carol] = [await create(), await create(asked({ UserProfileName: 'carol' }))];
    expect((await open(alice, { vpc: 'vpc-strict' })).status).toBe(200);
    expect((await open(carol, { vpc: 'vpc-strict' })).status).toBe(403);
    expect(gate().log.at(-1)).toMatchObject({ reason: 'implicit-deny', policy: 'endpoint', vpcEndpoint: STRICT });
  });

  test('goes by the names of the endpoint, the domain in Host', async () => {
    const url = new URL(await create());
    const label = `${STUDIO}-x1`;
    const host = url.host;
    for (const name of [
      `${label}.studio.us-east-1.vpce.sagemaker.aws`,
      `${label}-us-east-1a.studio.us-east-1.vpce.sagemaker.aws`,
    ]) {
      const answer = await gate()
        .from(inside)
        .dispatcher()
        .request({
          origin: `https://${name}`,
          path: url.pathname + url.search,
          method: 'GET',
          headers: { host },
        });
      await answer.body.dump();
      expect([answer.statusCode, gate().log.at(-1)?.vpcEndpoint]).toEqual([200, STUDIO]);
    }
    expect((await open(`https://${label}.studio.us-east-1.vpce.sagemaker.aws/auth`, inside)).status).toBe(404);
    await expect(open(`https://${label}.studio.us-east-1.vpce.sagemaker.aws/auth`, office)).rejects.toThrow();
  });

  test.each([
    ['endpoint', `${STUDIO}-x1.studio.us-east-1.vpce.sagemaker.aws`],
    ['private DNS', `${DOMAIN}.studio.us-east-1.sagemaker.aws`],
  ])('of a domain of another region does not open through the %s of this one', async (_, name) => {
    const { host, pathname, search } = new URL(await create(asked({ DomainId: 'd-dublin' }), { region: 'eu-west-1' }));
    const path = pathname + search;
    const ways = gate().from(inside).dispatcher();
    const answer = await ways.request({ origin: `https://${name}`, path, method: 'GET', headers: { host } });
    await answer.body.dump();
    expect(answer.statusCode).toBe(404);
    expect(gate().log.at(-1)).toMatchObject({ reason: 'no-domain', vpcEndpoint: STUDIO });
  });
});

test('the names of Studio lead to the gate with .localhost behind them, as curl and browsers send them', async () => {
  const { host, pathname, search } = new URL(await create());
  const { hostname, port } = new URL(gate().url);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: `${host}.localhost:${port}`, 'x-sigv4kit-gate-from': 'vpc=none' };
    get({ hostname, port, path: pathname + search, headers }, (answer) => resolve(answer.resume().statusCode)).on(
      'error',
      reject,
    );
  });
  expect(status).toBe(200);
  expect(gate().log.at(-1)).toMatchObject({ service: 'studio', host, outcome: 'answered' });
});
