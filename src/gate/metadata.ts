/** The metadata of an instance (versions 2 and 1), and the endpoint that containers get their keys from. */
import { type Arrival, headerOf, type Ruling } from './arrival';
import { deniedRuling } from './policy/denied-ruling';
import type { Judgement } from './policy/judgement';
import { requestKeys } from './policy/request-keys';
import { judgeTrust } from './policy/trust';
import { type FoundRole, findRole, resourceTags } from './principals/roles';
import { createSeal, type Seal } from './principals/seals';
import type { IssuedKeys } from './principals/sessions';
import { giveKeys, type Realm } from './realm';
import { textReply } from './reply';
import type { Metadata } from './world/issuers';

/** A request for an instance's metadata or a container's keys, as routing has read it. */
export interface MetadataCall {
  readonly service: 'metadata' | 'container';
  readonly action?: undefined;
}

const INSTANCE_ID = 'i-1234567890abcdef0';
/** Seconds. */
const MAX_TOKEN_LIFE = 21_600;
const KEYS_LIFE = 21_600;
const CREDENTIALS = '/latest/meta-data/iam/security-credentials';

/** Rules on a request to an instance's metadata. */
export function ruleOnInstance(realm: Realm, arrival: Arrival): Ruling {
  const { metadata } = realm.world;
  const { request, now } = arrival;
  if (!metadata) return say(404, 'Not Found', 'no-metadata');
  const seal = createSeal(realm.key, 'metadata token');
  if (request.path === '/latest/api/token') return giveToken(arrival, seal);
  // Unconfirmed: the status for a method that is none of these.
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'Method Not Allowed', 'method');
  const token = headerOf(request, 'x-aws-ec2-metadata-token');
  if (token === undefined ? metadata.tokensRequired : !(Number(seal.open(token)) > now))
    return say(401, 'Unauthorized', 'token');

  const path = request.path.replace(/\/$/, '');
  const found = findRole(realm.world, metadata.role);
  if (path === CREDENTIALS && found) return say(200, found.name);
  if (path === `${CREDENTIALS}/${found?.name}` && found) return instanceKeys(realm, arrival, metadata, found);
  if (path === '/latest/meta-data/placement/region') return say(200, metadata.region ?? 'us-east-1');
  if (path === '/latest/meta-data/instance-id') return say(200, metadata.instanceId ?? INSTANCE_ID);
  return say(404, 'Not Found', 'no-metadata');
}

function say(status: number, text: string, reason?: string, contentType = 'text/plain'): Ruling {
  const outcome = status === 200 ? 'answered' : 'refused';
  return { outcome, reason, reply: textReply(status, contentType, text) };
}

function giveToken({ request, now }: Arrival, seal: Seal): Ruling {
  if (request.method !== 'PUT') return say(405, 'Method Not Allowed', 'method');
  const life = headerOf(request, 'x-aws-ec2-metadata-token-ttl-seconds') ?? '';
  if (!/^\d{1,5}$/.test(life) || Number(life) < 1 || Number(life) > MAX_TOKEN_LIFE)
    return say(400, 'Bad Request', 'ttl');
  const reply = textReply(200, 'text/plain', seal.close(String(now + Number(life) * 1000)), {
    'x-aws-ec2-metadata-token-ttl-seconds': life,
  });
  return { outcome: 'answered', reply };
}

function instanceKeys(realm: Realm, arrival: Arrival, metadata: Metadata, found: FoundRole): Ruling {
  const LastUpdated = toText(new Date(arrival.now));
  const trust = judgeRunner(realm, arrival, found);
  if (!trust.allowed) {
    // Unconfirmed: the text. The status is 200, and there are no keys.
    const Message = `EC2 cannot assume the role ${found.name}.`;
    const reply = textReply(200, 'text/plain', json({ Code: 'AssumeRoleUnauthorizedAccess', Message, LastUpdated }));
    return { ...deniedRuling(trust), reply };
  }
  const keys = issue(realm, arrival, 'metadata', metadata, metadata.instanceId ?? INSTANCE_ID);
  const answer = say(200, json({ Code: 'Success', LastUpdated, Type: 'AWS-HMAC', ...keys }));
  return { ...answer, statement: trust.statement };
}

/** Rules on a request for a container's keys. */
export function ruleOnContainer(realm: Realm, arrival: Arrival): Ruling {
  const { metadata } = realm.world;
  const found = metadata && findRole(realm.world, metadata.role);
  // ECS has an id for each task, EKS Pod Identity one path for all.
  const [path, id = 'pod'] = /^\/(?:v2\/credentials\/([^/]+)|v1\/credentials)$/.exec(arrival.request.path) ?? [];
  // Unconfirmed: the bodies of all three refusals.
  const refuse = (status: number, code: string, message: string, reason: string) =>
    say(status, json({ code, message }), reason, 'application/json');
  if (!metadata || !found || !path) return refuse(404, 'NotFound', 'There are no credentials here.', 'no-metadata');
  const { containerAuthorization } = metadata;
  if (containerAuthorization !== undefined && headerOf(arrival.request, 'authorization') !== containerAuthorization)
    return refuse(401, 'Unauthorized', 'The Authorization header is not the one demanded.', 'token');
  const trust = judgeRunner(realm, arrival, found);
  if (!trust.allowed)
    return { ...refuse(403, 'AccessDenied', 'The role cannot be assumed.', ''), ...deniedRuling(trust) };
  // The session is named for the task, which the id stands for.
  const name = /^[\w+=,.@-]{2,64}$/.test(id) ? id : 'container';
  const keys = issue(realm, arrival, 'container', metadata, name);
  const body = json({ RoleArn: found.arn, ...keys, AccountId: found.accountId });
  return { ...say(200, body, undefined, 'application/json'), statement: trust.statement };
}

/** Services that run code with the keys of a role. */
const RUNNERS = ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'pods.eks.amazonaws.com', 'lambda.amazonaws.com'];

function judgeRunner(realm: Realm, arrival: Arrival, found: FoundRole): Judgement {
  const region = realm.world.metadata?.region ?? 'us-east-1';
  const keys = requestKeys(realm.world, arrival, undefined, { ...resourceTags(found), 'aws:RequestedRegion': region });
  return judgeTrust(found, { kind: 'Service', exact: RUNNERS }, 'sts:AssumeRole', keys);
}

function issue(
  realm: Realm,
  { now }: Arrival,
  service: MetadataCall['service'],
  { role, sessionDuration = KEYS_LIFE }: Metadata,
  name: string,
): object {
  const place = { service };
  const keys = giveKeys(realm, place, { roleArn: role, name }, now, sessionDuration);
  const before = realm.lastGiven.get(service);
  const half = before && realm.faults.strike(['half-rotated'], place);
  const given = half ? { ...keys, secretAccessKey: before.secretAccessKey } : keys;
  realm.lastGiven.set(service, given);
  return written(given);
}

const written = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: IssuedKeys) => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretAccessKey,
  Token: sessionToken,
  Expiration: toText(expiration),
});

const json = (value: object) => JSON.stringify(value, undefined, 2);
const toText = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;
