/** Questions to one policy: what each of its statements names, and what is next to that. */
import type { PolicyDocument, Statement } from 'sigv4kit/gate';
import type { Caller, Case } from '../../gate/policy/generated-cases';

const HOME = '111122223333';
const AWAY = '444455556666';
const ROLE = `arn:aws:iam::${HOME}:role/some`;

/** Who assumes a role by its service; not a principal of IAM. */
export const isService = ({ caller }: Case): boolean => caller !== undefined && !caller.arn.startsWith('arn:');

/** A case for each statement where all is as it says, and others in which one thing is not. */
export function questionsTo(document: PolicyDocument): Case[] {
  const statements = [document.Statement].flat();
  const others = statements.flatMap(actionsOf);
  const all = statements.flatMap((statement) => {
    const about = (action: string, resource: string, caller: Caller | undefined, context: Case['context']) =>
      toCase(document, statement, { action, resource, caller, context });
    const contexts = contextsOf(statement);
    const callers = callersOf(statement);
    return actionsOf(statement).flatMap((action) =>
      resourcesOf(statement, action).flatMap((resource) => {
        const [caller] = callers;
        const [context = {}] = contexts;
        return [
          ...[...others, 'execute-api:ManageConnections'].map((other) => about(other, resource, caller, context)),
          ...nextTo(resource).map((other) => about(action, other, caller, context)),
          ...callers.map((other) => about(action, resource, other, context)),
          ...contexts.map((other) => about(action, resource, caller, other)),
        ];
      }),
    );
  });
  return [...new Map(all.map((given) => [JSON.stringify(given), given])).values()];
}

/** The case without one of the statements of its policy, to see whether that one matters. */
export function without(given: Case, document: PolicyDocument, index: number): Case {
  const rest: PolicyDocument = { ...document, Statement: [document.Statement].flat().filter((_, i) => i !== index) };
  return {
    ...given,
    identity: given.identity.map((policy) => (policy === document ? rest : policy)),
    resourcePolicy: given.resourcePolicy === document ? rest : given.resourcePolicy,
  };
}

const EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

type Parts = Pick<Case, 'action' | 'resource' | 'caller' | 'context'>;

/** With what has to be around the policy so that it decides. */
function toCase(
  document: PolicyDocument,
  { Principal, NotPrincipal, Resource, NotResource }: Statement,
  parts: Parts,
): Case {
  const isIdentity = Principal === undefined && NotPrincipal === undefined;
  const isTrust = !isIdentity && Resource === undefined && NotResource === undefined;
  if (isIdentity) return { ...asOwner(parts), identity: [document], controls: [] };
  const { caller } = parts;
  const identity = caller && caller.accountId !== HOME ? [EVERYTHING] : [];
  const resource = isTrust ? ROLE : parts.resource;
  return { ...parts, resource, ownerId: HOME, identity, resourcePolicy: document, controls: [] };
}

/** In one account the caller's own policy is enough; a role must trust that account besides. */
function asOwner(parts: Parts): Omit<Case, 'identity' | 'controls'> {
  const ownerId = /^\d{12}$/.exec(parts.resource.split(':')[4] ?? '')?.[0] ?? HOME;
  const caller = user(ownerId, 'buddy');
  const trust: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: ownerId }, Action: 'sts:AssumeRole' }],
  };
  const resourcePolicy = parts.action === 'sts:AssumeRole' ? trust : undefined;
  return { ...parts, caller, ownerId, ...(resourcePolicy && { resourcePolicy }) };
}

function user(accountId: string, name: string): Caller {
  const arn = `arn:aws:iam::${accountId}:user/${name}`;
  return { type: 'User', accountId, arn, iamArn: arn };
}

const SAMPLES: Readonly<Record<string, string>> = { '*': 'execute-api:Invoke', 'execute-api:*': 'execute-api:Invoke' };

const actionsOf = ({ Action = [] }: Statement): string[] =>
  [Action].flat().map((action) => SAMPLES[action] ?? action.replaceAll('*', ''));

/** What a statement names, and where that is everything, something of the service. */
function resourcesOf({ Resource = ROLE }: Statement, action: string): string[] {
  return [Resource].flat().flatMap((text) => {
    if (text !== '*') return [concrete(text)];
    const [service = ''] = action.split(':');
    return [
      '*',
      `arn:aws:ec2:us-east-1:${HOME}:network-interface/eni-0a1b2c3d4e5f60718`,
      concrete('execute-api:/*'),
    ].filter((resource) => resource === '*' || resource.includes(`:${service}:`));
  });
}

const API = ['a1b2c3d4e5', 'prod', 'GET', 'some'];

function concrete(text: string): string {
  const own = `arn:aws:execute-api:us-east-1:${HOME}:${API[0]}/`;
  const [arn, partition, service, region, account, ...rest] = text.replace(/^execute-api:\//, own).split(':');
  const name = rest.join(':');
  const start = [arn, partition, service, region, account].map((part) => (part === '*' ? HOME : part)).join(':');
  if (service === 'logs') return `${start}:${name.replace(/:\*$/, ':log-stream:some')}`;
  if (service !== 'execute-api') return `${start}:${name.replaceAll('*', 'some')}`;
  const parts = name.split('/');
  const isOpen = parts.at(-1) === '*';
  const filled = parts.map((part, i) => (part === '*' ? (API[i] ?? 'some') : part.replaceAll('*', 'some')));
  return `${start}:${[...filled, ...(isOpen ? API.slice(parts.length) : [])].join('/')}`;
}

/** Of another account, another region, another name. */
function nextTo(resource: string): string[] {
  const parts = resource.split(':');
  if (parts.length < 6) return [];
  const change = (index: number, value: string) =>
    parts.map((part, i) => (i === index && part ? value : part)).join(':');
  return [change(3, 'eu-north-1'), change(4, '999988887777'), `${resource}x`, resource.replace(/GET|POST/, 'DELETE')];
}

function callersOf({ Principal }: Statement): (Caller | undefined)[] {
  if (Principal === undefined) return [user(HOME, 'buddy')];
  const strangers = [user(HOME, 'buddy'), user(AWAY, 'buddy'), undefined];
  if (Principal === '*') return strangers;
  const services = [Principal.Service ?? []].flat();
  const named = [Principal.AWS ?? []].flat().flatMap((name) => toCaller(name));
  return [
    ...named,
    ...services.map(toService),
    ...(services.length > 0 ? [toService('s3.amazonaws.com')] : []),
    ...strangers,
  ];
}

const toService = (name: string): Caller => ({ type: 'User', accountId: HOME, arn: name, iamArn: name });

function toCaller(name: string): Caller[] {
  const [, account] = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name) ?? [];
  if (account) return [user(account, 'buddy')];
  const [, , , , accountId = '', path = ''] = name.split(':');
  if (path.startsWith('user/')) return [{ type: 'User', accountId, arn: name, iamArn: name }];
  if (!path.startsWith('role/')) return [];
  const arn = `arn:aws:sts::${accountId}:assumed-role/${path.split('/').at(-1)}/some`;
  return [{ type: 'AssumedRole', accountId, arn, iamArn: name }];
}

/** The keys as a statement wants them; then each of them otherwise, and not there. */
function contextsOf({ Condition = {} }: Statement): Case['context'][] {
  const tests = Object.values(Condition).flatMap((block) => Object.entries(block as Record<string, unknown>));
  const met = Object.fromEntries(
    tests.map(([key, values]) => [
      key,
      String([values].flat()[0])
        .replace(/\/\d+$/, '')
        .replaceAll('*', 'some'),
    ]),
  );
  const variants = Object.keys(met).flatMap((key) => {
    const { [key]: value = '', ...rest } = met;
    const other = /^[\d.]+$/.test(value) && value.includes('.') ? '198.51.100.77' : `${value}x`;
    return [{ ...rest, [key]: other }, rest];
  });
  return [met, ...variants];
}
