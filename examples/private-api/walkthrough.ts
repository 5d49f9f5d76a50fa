/** Who gets through the endpoint, who does not, and by which addresses: on a gate whose callers stand on the bastion. */
import type { Credentials, PrivateApiOptions } from 'sigv4kit';
import { type Gate, loadWorld, type Standpoint, startGate } from 'sigv4kit/gate';
import { say, type Walk, type Walkthrough } from '../walk';
import type { Caller } from './call';
import { get } from './get';
import { post } from './post';

// Example keys from the AWS documentation; they open nothing.
const developer: Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
/** May do everything, in an account that is not of the organization. */
const partner: Credentials = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYOTHEREXAMPLE',
};
const api: PrivateApiOptions = { apiId: 'a1b2c3d4e5', region: 'us-east-1', stage: 'api' };
const ENDPOINT = 'vpce-0a1b2c3d4e5f60718';
const DNS_NAME = `${ENDPOINT}-abcdefgh`;
const URL_OF_API = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/api/';
const METADATA = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/';

const WAYS: readonly [name: string, way: Partial<PrivateApiOptions>][] = [
  ['private DNS', {}],
  ['the alias', { vpcEndpoint: ENDPOINT }],
  ['the name of the endpoint, with x-apigw-api-id', { vpcEndpoint: DNS_NAME }],
  ['the name of the endpoint in one zone, with x-apigw-api-id', { vpcEndpoint: `${DNS_NAME}-us-east-1a` }],
  ['the name of the endpoint, with Host', { vpcEndpoint: DNS_NAME, via: 'host-header' }],
];

export const walkthrough: Walkthrough = async (walk) => {
  const gate = await startGate(await loadWorld(new URL('world.json', import.meta.url)));
  try {
    await whoGetsIn(walk, gate);
    await byWhichAddress(walk, gate);
    await fromElsewhere(walk, gate);
  } finally {
    await gate.close();
  }
};

async function whoGetsIn({ step }: Walk, gate: Gate): Promise<void> {
  const onBastion = at(gate);
  await step('GET without a signature', refused('anonymous', 'GET/'), () =>
    onBastion(async () => say(await fetch(URL_OF_API))),
  );
  await step('GET, signed with long-term keys of the organization', '200 {"hello":"world"}', () =>
    onBastion(async () => say(await get({ api, credentials: developer }))),
  );
  await step('the metadata service, asked without a token', '401 Unauthorized', () =>
    onBastion(async () => say(await fetch(METADATA))),
  );
  await step("POST, signed with the keys of the instance's role", '200 {"hello":"buddy"}', () =>
    onBastion(async () => say(await post({ api }))),
  );
  await step(
    'that call came from',
    'arn:aws:sts::111122223333:assumed-role/private-api-bastion/i-0a1b2c3d4e5f60718',
    async () => String(gate.log.at(-1)?.principal),
  );
  for (const [title, body] of [
    ['POST without a name', '{}'],
    ['POST of what is no JSON', '{"name":'],
  ] as const)
    await step(title, '200 {"hello":"stranger"}', () =>
      onBastion(async () => say(await post({ api, credentials: developer }, body))),
    );
  const outside = refused('arn:aws:iam::444455556666:user/partner', 'GET/');
  await step('GET by one who may do everything, but is not of the organization', outside, () =>
    onBastion(async () => say(await get({ api, credentials: partner }))),
  );
  const forged = { ...developer, secretAccessKey: partner.secretAccessKey };
  await step(
    'GET with a forged signature',
    /^403 InvalidSignatureException \{"message":"The request signature we calc/,
    () => onBastion(async () => say(await get({ api, credentials: forged }))),
  );
  await step('GET with a bearer token, which is no signature', refused('anonymous', 'GET/'), () =>
    onBastion(async () => say(await fetch(URL_OF_API, { headers: { authorization: 'Bearer token' } }))),
  );
}

async function byWhichAddress({ step }: Walk, gate: Gate): Promise<void> {
  const onBastion = at(gate);
  for (const [name, way] of WAYS) {
    const caller: Caller = { api: { ...api, ...way }, credentials: developer };
    await step(`GET by ${name}`, '200 {"hello":"world"}', () => onBastion(async () => say(await get(caller))));
    await step(`POST by ${name}`, '200 {"hello":"buddy"}', () => onBastion(async () => say(await post(caller))));
  }
  await step('GET by the name of the endpoint alone', '403 ForbiddenException {"message":"Forbidden"}', () =>
    onBastion(async () => say(await fetch(`https://${DNS_NAME}.execute-api.us-east-1.vpce.amazonaws.com/api/`))),
  );
}

async function fromElsewhere({ step }: Walk, gate: Gate): Promise<void> {
  const places: [name: string, place: Standpoint][] = [
    ['the internet', { vpc: null, sourceIp: '203.0.113.7' }],
    ['another VPC', { vpc: 'vpc-0123456789abcdef0', sourceIp: '10.1.1.23' }],
  ];
  for (const [name, place] of places) {
    const there = at(gate, place);
    await step(`GET from ${name}, by the name of the API`, '403 ForbiddenException {"message":"Forbidden"}', () =>
      there(async () => say(await get({ api, credentials: developer }))),
    );
    await step(`GET from ${name}, by the name of the endpoint`, /^(TypeError: fetch failed|ECONNRESET)/, () =>
      there(async () => say(await get({ api: { ...api, vpcEndpoint: DNS_NAME }, credentials: developer }))),
    );
  }
}

/** Does something as a program that runs at a place, by default on the bastion. */
const at =
  (gate: Gate, place: Standpoint = {}) =>
  async <T>(act: () => Promise<T>): Promise<T> => {
    const undo = gate.from(place).intercept();
    try {
      return await act();
    } finally {
      undo();
    }
  };

const refused = (who: string, method: string) =>
  `403 AccessDeniedException {"Message":"User: ${who} is not authorized to perform: execute-api:Invoke on resource: ` +
  `arn:aws:execute-api:us-east-1:********3333:a1b2c3d4e5/api/${method} because no VPC endpoint policy allows the ` +
  'execute-api:Invoke action"}';
