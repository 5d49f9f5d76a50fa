/** Checks the users and roles of a world. */
import { checkPolicies, checkPolicy } from './check-policy';
import { checkWhole, fault, list, object } from './checks';
import type { AccessKey, Role, User } from './world';

/** The name of a user or role, which stands in an ARN behind its path. */
const NAME = /^[\w+=,.@-]{1,64}$/;

/** Rejects a user that does not make sense. `take` rejects the id of an access key that another user has. */
export function checkUser(at: string, name: string, user: User, take: (id: string, at: string) => void): void {
  const parts = ['path', 'accessKeys', 'policies', 'boundary', 'tags'];
  const { path, accessKeys = [], policies = [], boundary, tags } = object(at, user, parts) as User;
  if (!NAME.test(name)) fault(at, 'is not a user name');
  checkPath(`${at}.path`, path);
  for (const [i, key] of list(`${at}.accessKeys`, accessKeys).entries())
    checkKey(`${at}.accessKeys[${i}]`, key as AccessKey, take);
  checkPolicies(`${at}.policies`, policies, 'identity');
  if (boundary !== undefined) checkPolicy(`${at}.boundary`, boundary, 'boundary');
  checkTags(`${at}.tags`, tags);
}

function checkKey(at: string, key: AccessKey, take: (id: string, at: string) => void): void {
  // The AWS SDK writes `$source` into keys that it is given, which may be these very ones.
  const parts = ['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiration', '$source'];
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken = 'none',
    expiration,
  } = object(at, key, parts) as unknown as AccessKey;
  for (const [part, text] of Object.entries({ accessKeyId, secretAccessKey, sessionToken })) {
    if (typeof text !== 'string' || !/^[!-~]+$/.test(text)) fault(`${at}.${part}`, 'is missing or is no key');
  }
  take(accessKeyId, `${at}.accessKeyId`);
  if (expiration !== undefined && Number.isNaN(new Date(expiration).getTime()))
    fault(`${at}.expiration`, 'is not a date');
}

/** Rejects a role that does not make sense. */
export function checkRole(at: string, name: string, role: Role): void {
  const parts = ['path', 'trust', 'policies', 'boundary', 'maxSessionDuration', 'tags'];
  const { path, trust, policies = [], boundary, ...more } = object(at, role, parts) as unknown as Role;
  if (!NAME.test(name)) fault(at, 'is not a role name');
  checkPath(`${at}.path`, path);
  checkPolicy(`${at}.trust`, trust, 'trust');
  checkPolicies(`${at}.policies`, policies, 'identity');
  if (boundary !== undefined) checkPolicy(`${at}.boundary`, boundary, 'boundary');
  checkWhole(`${at}.maxSessionDuration`, more.maxSessionDuration, 3600, 43_200);
  checkTags(`${at}.tags`, more.tags);
}

function checkPath(at: string, path: unknown = '/'): void {
  if (typeof path !== 'string' || !/^\/(?:[\x21-\x7e]+\/)?$/.test(path)) fault(at, 'does not begin and end with "/"');
}

function checkTags(at: string, tags: unknown = {}): void {
  const keys = new Set<string>();
  for (const [key, value] of Object.entries(object(at, tags))) {
    if (typeof value !== 'string') fault(`${at}.${key}`, 'is not a text');
    // Keys of tags are the same in any case.
    if (keys.has(key.toLowerCase())) fault(`${at}.${key}`, 'is there in another case too');
    keys.add(key.toLowerCase());
  }
}
