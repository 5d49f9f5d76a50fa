/** Calls the methods of APIs by each of their names, and says what should come of it by API Gateway's documentation. */
import { createSignedFetch } from 'sigv4kit';
import type { World } from 'sigv4kit/gate';
import type { Verdict } from '../../gate/policy/evaluators';
import type { Party } from './callers';
import { apisOf, type Call, callsOf, type FoundApi, namesOf } from './routes';
import { compare, lastDecision, type Outcome, quietly, type Scene, tell } from './scene';
import type { Place, Way } from './ways';
import type { Asked } from './witness';

/** Each method of each API, by each name, from each place. */
export async function callApis(scene: Scene, party: Party): Promise<void> {
  for (const api of apisOf(scene.world)) await callApi(scene, party, api);
}

async function callApi(scene: Scene, party: Party, found: FoundApi): Promise<void> {
  const { gate, world, places } = scene;
  const values = [...new Set([...profilesOf(world), 'x1'])];
  for (const name of namesOf(world, found))
    for (const place of places)
      for (const call of callsOf(found, values)) {
        const { fetch } = gate.from(place);
        const send = party.credentials
          ? createSignedFetch({ credentials: party.credentials, fetch, retry: false })
          : fetch;
        const authorization = party.token === undefined ? undefined : { authorization: `Bearer ${party.token}` };
        const url = `https://${name.host}/${found.api.stage}${call.path}`;
        await quietly(scene, () => send(url, { method: call.method, headers: { ...name.headers, ...authorization } }));
        const expected = await expectApi(scene, party, found, call, name.way(place), place);
        compare(scene, await lastDecision(gate), expected, tell(party, `${call.method} ${url}`, place));
      }
}

const profilesOf = (world: World): string[] =>
  Object.values(world.accounts).flatMap(({ studioDomains = {} }) =>
    Object.values(studioDomains).flatMap(({ userProfiles }) => userProfiles),
  );

/** API Gateway, private APIs: by the endpoint first; then by the method's authorization, tables A and B. */
async function expectApi(
  scene: Scene,
  party: Party,
  found: FoundApi,
  call: Call,
  way: Way,
  place: Place,
): Promise<Outcome> {
  const { witness, given } = scene;
  const { accountId, id, api, policyAt } = found;
  const isPrivate = api.endpoint === 'PRIVATE';
  if (way === 'nowhere' || isPrivate !== (way !== 'internet')) return 'not reached';
  const resource = `arn:aws:execute-api:${api.region}:${accountId}:${id}/${api.stage}/${call.method}${call.path}`;
  const asked: Asked = { caller: party.known, action: 'execute-api:Invoke', resource, ownerId: accountId, place, way };
  const byEndpoint = await witness.byEndpoint(asked);
  if (byEndpoint !== 'Allowed') return byEndpoint;
  if (call.auth === undefined) return 'no route';
  if (call.auth === 'AWS_IAM') {
    if (!party.credentials) return 'not signed';
    if (isPrivate && !policyAt) return 'ImplicitlyDenied';
    return witness.byIdentity(asked, policyAt);
  }
  if (call.auth === 'NONE') {
    if (policyAt) return witness.byResource(asked, policyAt);
    return isPrivate ? 'ImplicitlyDenied' : 'Allowed';
  }
  const byResource = policyAt ? await witness.byResource(asked, policyAt) : 'ImplicitlyDenied';
  if (byResource === 'ExplicitlyDenied') return byResource;
  if (!party.token || !given.policy) return 'unauthorized';
  return tableA(await witness.byAuthorizer(asked, given.policy), byResource);
}

function tableA(authorizer: Verdict, resource: Verdict): Verdict {
  if (authorizer === 'ExplicitlyDenied' || resource === 'ExplicitlyDenied') return 'ExplicitlyDenied';
  return authorizer === 'Allowed' || resource === 'Allowed' ? 'Allowed' : 'ImplicitlyDenied';
}
