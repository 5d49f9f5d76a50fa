/** What the independent evaluator says of a call, by the policies of a world. It is asked once for each question. */
import type { PolicyDocument, World } from 'sigv4kit/gate';
import { testify, type Verdict } from '../../gate/policy/evaluators';
import type { Case } from '../../gate/policy/generated-cases';
import { RULES, restate } from '../../gate/policy/restate';
import type { Known } from './callers';
import { type Documents, documentsOf, keysIn } from './documents';
import type { Place, Way } from './ways';

/** Who asks for what, and from where. */
export interface Asked {
  readonly caller: Known | undefined;
  readonly action: string;
  readonly resource: string;
  /** The account that has the resource. */
  readonly ownerId: string;
  readonly place: Place;
  readonly way: Way;
  /** Condition keys of the call itself. */
  readonly more?: Readonly<Record<string, string>>;
}

/** A policy that is not in the world, and what to call it. */
export interface Loose {
  readonly document: PolicyDocument;
}

export interface Witness {
  readonly documents: Documents;
  /** The paths of those that were looked at for an answer. */
  readonly consulted: Set<string>;
  /** By the policy of the VPC endpoint on the way; allowed where there is none. */
  byEndpoint(asked: Asked): Promise<Verdict>;
  /** By the caller's policies, those around them, and the resource's at this path if there is one there. */
  byIdentity(asked: Asked, resourceAt: string | undefined): Promise<Verdict>;
  /** By the resource's policy alone, for somebody who did not sign. */
  byResource(asked: Asked, resourceAt: string): Promise<Verdict>;
  /** By the policy that an authorizer gave, alone. */
  byAuthorizer(asked: Asked, given: PolicyDocument): Promise<Verdict>;
  /** By a role's trust, for one of these services. */
  byTrust(roleArn: string, at: string, services: readonly string[]): Promise<Verdict>;
}

const ALL: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const EVERYBODY: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

export function createWitness(world: World): Witness {
  const documents = documentsOf(world);
  const keys = keysIn(documents);
  const consulted = new Set<string>();
  const told = new Map<string, Promise<Verdict>>();

  /** The documents at these paths, or below them. */
  function take(...paths: string[]): PolicyDocument[] {
    return [...documents].flatMap(([path, document]) => {
      if (!paths.some((start) => path === start || path.startsWith(`${start}[`))) return [];
      consulted.add(path);
      return [document];
    });
  }

  function ask(given: Case): Promise<Verdict> {
    const question = JSON.stringify(given);
    const known = told.get(question);
    if (known) return known;
    const answer = askWitness(given);
    told.set(question, answer);
    return answer;
  }

  const caseOf = (asked: Asked, policies: Partial<Case>): Case => ({
    caller: asked.caller && { ...pick(asked.caller) },
    action: asked.action,
    resource: asked.resource,
    ownerId: asked.ownerId,
    context: contextOf(world, keys, asked),
    identity: [],
    controls: [],
    ...policies,
  });

  return {
    documents,
    consulted,
    async byEndpoint(asked) {
      const { way, caller } = asked;
      const [endpoint] = typeof way === 'object' ? take(`${way.at}.policy`) : [];
      if (!endpoint) return 'Allowed';
      // All else allows, so that the endpoint alone decides.
      return ask(caseOf(asked, { endpoint, identity: caller ? [ALL] : [], resourcePolicy: EVERYBODY }));
    },
    async byIdentity(asked, resourceAt) {
      const { at, accountId } = asked.caller as Known;
      const organization = world.accounts[accountId]?.organization ?? '';
      const isFree = world.organizations?.[organization]?.managementAccount === accountId;
      const controls = isFree
        ? []
        : [
            take(`organizations.${organization}.serviceControlPolicies`),
            take(`accounts.${accountId}.serviceControlPolicies`),
          ];
      const [resource] = resourceAt === undefined ? [] : take(resourceAt);
      const resourcePolicy = resource && inFull(resource, asked.resource);
      const [boundary] = take(`${at}.boundary`);
      return ask(
        caseOf(asked, {
          identity: take(`${at}.policies`),
          boundary,
          resourcePolicy,
          controls: controls.filter((level) => level.length > 0),
        }),
      );
    },
    async byResource(asked, resourceAt) {
      const [resource] = take(resourceAt);
      const resourcePolicy = inFull(resource as PolicyDocument, asked.resource);
      return ask(caseOf({ ...asked, caller: undefined }, { resourcePolicy }));
    },
    async byAuthorizer(asked, given) {
      const arn = `arn:aws:iam::${asked.ownerId}:user/authorized`;
      const caller: Known = { type: 'User', accountId: asked.ownerId, arn, iamArn: arn, at: '', tags: {} };
      // Nobody of IAM: the keys that tell who signed are not there.
      const { context } = caseOf({ ...asked, caller: undefined }, {});
      return ask({ ...caseOf({ ...asked, caller }, { identity: [given] }), context });
    },
    async byTrust(roleArn, at, services) {
      const [trust] = take(at);
      const ownerId = roleArn.split(':')[4] as string;
      const verdicts: Verdict[] = [];
      for (const service of services) {
        const caller = { type: 'User', accountId: ownerId, arn: service, iamArn: service } as const;
        verdicts.push(
          await ask({
            caller,
            action: 'sts:AssumeRole',
            resource: roleArn,
            ownerId,
            context: {},
            identity: [],
            controls: [],
            resourcePolicy: trust,
          }),
        );
      }
      if (verdicts.includes('Allowed')) return 'Allowed';
      return verdicts.includes('ExplicitlyDenied') ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
    },
  };
}

/** The verdict of the other evaluator, with a case told to it as the documentation has it. */
export const askWitness = async (given: Case): Promise<Verdict> =>
  (await testify(restate(withRoot(given), RULES))).verdict;

/** The method of an API's root ends with a slash; the witness knows no resource that does, so a name is put behind it. */
function withRoot(given: Case): Case {
  if (!/^arn:[^:]*:execute-api:.*\/$/.test(given.resource)) return given;
  const name = (text: string) => (text.endsWith('/') ? `${text}(root)` : text);
  const one = <T extends PolicyDocument | undefined>(document: T): T => document && (mapResources(document, name) as T);
  return {
    ...given,
    resource: name(given.resource),
    identity: given.identity.map(one),
    resourcePolicy: one(given.resourcePolicy),
    boundary: one(given.boundary),
    session: one(given.session),
    endpoint: one(given.endpoint),
    controls: given.controls.map((level) => level.map(one)),
  };
}

const pick = ({ type, accountId, arn, iamArn }: Known) => ({ type, accountId, arn, iamArn });

/** API Gateway, resource policies: `execute-api:/stage/GET/x` is the API that has the policy. */
export function inFull(document: PolicyDocument, resource: string): PolicyDocument {
  const api = resource.split('/')[0] as string;
  return mapResources(document, (text) => text.replace(/^execute-api:\//, `${api}/`));
}

function mapResources(document: PolicyDocument, map: (text: string) => string): PolicyDocument {
  const Statement = [document.Statement].flat().map(({ Resource, NotResource, ...rest }) => ({
    ...rest,
    ...(Resource !== undefined && { Resource: [Resource].flat().map(map) }),
    ...(NotResource !== undefined && { NotResource: [NotResource].flat().map(map) }),
  }));
  return { ...document, Statement };
}

/** Those that policies of the world ask for. */
function contextOf(
  world: World,
  wanted: ReadonlySet<string>,
  { caller, place, way, resource, more = {} }: Asked,
): Record<string, string> {
  const organization = caller && world.accounts[caller.accountId]?.organization;
  const isThrough = typeof way === 'object';
  const all: Record<string, string | undefined> = {
    'aws:PrincipalArn': caller?.iamArn,
    'aws:PrincipalAccount': caller?.accountId,
    'aws:PrincipalOrgID': organization,
    'aws:PrincipalType': caller?.type,
    'aws:username': caller?.userName,
    'aws:SourceIp': isThrough ? undefined : place.sourceIp,
    'aws:VpcSourceIp': isThrough ? place.sourceIp : undefined,
    'aws:SourceVpce': isThrough ? way.id : undefined,
    'aws:SourceVpc': isThrough ? way.endpoint.vpc : undefined,
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': resource.split(':')[3],
    'sts:ExternalId': undefined,
    'sts:RoleSessionName': undefined,
    ...Object.fromEntries(Object.entries(caller?.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...more,
  };
  const known = new Set(Object.keys(all).map((key) => key.toLowerCase()));
  const strange = [...wanted].filter((key) => !known.has(key) && !key.startsWith('aws:principaltag/'));
  if (strange.length > 0) throw new Error(`The comparison does not know the condition keys ${strange}.`);
  const entries = Object.entries(all).filter(([key, value]) => value !== undefined && wanted.has(key.toLowerCase()));
  return Object.fromEntries(entries) as Record<string, string>;
}
