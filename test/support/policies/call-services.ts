/** Calls what is no API of the world: STS, SageMaker and its Studio, Cognito user pools. */
import { createSignedFetch } from 'sigv4kit';
import type { Verdict } from '../../gate/policy/evaluators';
import { assume, externalIdsOf, type Known, type NamedRole, type Party, rolesOf, SESSION } from './callers';
import { compare, lastDecision, quietly, type Scene, tell } from './scene';
import { type Place, wayByService } from './ways';
import type { Asked } from './witness';

/** All of them that the world has. */
export async function callServices(scene: Scene, party: Party): Promise<void> {
  const { world, places } = scene;
  for (const role of rolesOf(world))
    for (const externalId of externalIdsOf(role))
      for (const place of places) await assumeRole(scene, party, role, externalId, place);
  for (const profile of profilesOf(scene)) await createUrls(scene, party, profile);
  for (const pool of poolsOf(scene)) await administer(scene, party, pool);
}

async function assumeRole(
  scene: Scene,
  party: Party,
  role: NamedRole,
  externalId: string | undefined,
  place: Place,
): Promise<void> {
  const { gate, world, witness } = scene;
  await quietly(scene, () => assume(gate.from(place).fetch, party, role, externalId));
  const asked: Asked = {
    caller: party.known,
    action: 'sts:AssumeRole',
    resource: role.arn,
    ownerId: role.accountId,
    place,
    way: wayByService(world, 'sts', 'us-east-1', place),
    more: { 'sts:RoleSessionName': SESSION, ...(externalId !== undefined && { 'sts:ExternalId': externalId }) },
  };
  const byEndpoint = await witness.byEndpoint(asked);
  const trust = `accounts.${role.accountId}.roles.${role.name}.trust`;
  const expected = byEndpoint === 'Allowed' ? await witness.byIdentity(asked, trust) : byEndpoint;
  compare(scene, await lastDecision(gate), expected, tell(party, `assumes ${role.arn} by ${externalId}`, place));
}

interface Profile {
  readonly domainId: string;
  readonly region: string;
  readonly name: string;
}

/** Those of the world's domains of Studio, and one that each has not. */
const profilesOf = ({ world }: Scene): Profile[] =>
  Object.values(world.accounts).flatMap(({ studioDomains = {} }) =>
    Object.entries(studioDomains).flatMap(([domainId, { region, userProfiles }]) =>
      [...userProfiles, 'nobody'].map((name) => ({ domainId, region, name })),
    ),
  );

/** URLs for Studio, and what becomes of one that was given when it is opened elsewhere. */
async function createUrls(scene: Scene, party: Party, profile: Profile): Promise<void> {
  const { gate, places } = scene;
  const { domainId, region, name } = profile;
  const url = `https://api.sagemaker.${region}.amazonaws.com/`;
  const input = { DomainId: domainId, UserProfileName: name };
  let authorized = '';
  for (const place of places) {
    const answer = await callJson(scene, party, place, url, 'SageMaker.CreatePresignedDomainUrl', input);
    authorized ||= String(answer?.AuthorizedUrl ?? '');
    const expected = await expectUrl(scene, party, profile, 'sagemaker.api', place);
    compare(scene, await lastDecision(gate), expected, tell(party, `asks for the URL of ${name}`, place));
  }
  for (const place of authorized ? places : []) {
    await quietly(scene, () => gate.from(place).fetch(authorized));
    const expected = await expectUrl(scene, party, profile, 'studio', place);
    compare(scene, await lastDecision(gate), expected, tell(party, `opens the URL of ${name}`, place));
  }
}

/** By the way to a service, for who created the URL: the profile's ARN is of the creator's account. */
function expectUrl(
  scene: Scene,
  { known }: Party,
  { domainId, region, name }: Profile,
  service: string,
  place: Place,
): Promise<Verdict> {
  const { accountId } = known as Known;
  return expectService(scene, {
    caller: known,
    action: 'sagemaker:CreatePresignedDomainUrl',
    resource: `arn:aws:sagemaker:${region}:${accountId}:user-profile/${domainId}/${name}`,
    ownerId: accountId,
    place,
    way: wayByService(scene.world, service, region, place),
  });
}

interface Pool {
  readonly ownerId: string;
  readonly id: string;
}

/** User pools whose API something plays. */
const poolsOf = ({ world }: Scene): Pool[] =>
  Object.entries(world.accounts).flatMap(([ownerId, { userPools = {} }]) =>
    Object.entries(userPools).flatMap(([id, { server }]) => (server ? [{ ownerId, id }] : [])),
  );

/** What policies name of user pools, and something that they do not. */
async function administer(scene: Scene, party: Party, { ownerId, id }: Pool): Promise<void> {
  const { gate, witness, places } = scene;
  const text = JSON.stringify([...witness.documents.values()]);
  const named = new Set([...text.matchAll(/"cognito-idp:(\w+)"/g)].map(([, name]) => name));
  const [region = ''] = id.split('_');
  const url = `https://cognito-idp.${region}.amazonaws.com/`;
  const input = { UserPoolId: id, Username: 'compared', Password: 'wJalrXUtnFEMI-compared-1' };
  const place = places.at(-1) as Place;
  for (const action of [...named, 'AdminDisableUser']) {
    await callJson(scene, party, place, url, `AWSCognitoIdentityProviderService.${action}`, input);
    const expected = await expectService(scene, {
      caller: party.known,
      action: `cognito-idp:${action}`,
      resource: `arn:aws:cognito-idp:${region}:${ownerId}:userpool/${id}`,
      ownerId,
      place,
      way: 'internet',
    });
    compare(scene, await lastDecision(gate), expected, tell(party, `${action} in ${id}`, place));
  }
}

async function expectService({ witness }: Scene, asked: Asked): Promise<Verdict> {
  const byEndpoint = await witness.byEndpoint(asked);
  return byEndpoint === 'Allowed' ? witness.byIdentity(asked, undefined) : byEndpoint;
}

async function callJson(
  scene: Scene,
  party: Party,
  place: Place,
  url: string,
  target: string,
  body: object,
): Promise<Record<string, unknown> | undefined> {
  const send = createSignedFetch({ credentials: party.credentials, fetch: scene.gate.from(place).fetch, retry: false });
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const answer = await quietly(scene, () => send(url, { method: 'POST', headers, body: JSON.stringify(body) }));
  return answer?.ok ? ((await answer.json()) as Record<string, unknown>) : undefined;
}
