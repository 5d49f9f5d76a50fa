/** Calls everything in a world by everybody from everywhere, and holds what the gate decides against the other evaluator. */
import { type Gate, startGate, type World } from 'sigv4kit/gate';
import { callApis } from './call-apis';
import { callServices } from './call-services';
import {
  ANONYMOUS,
  askInstance,
  assume,
  externalIdsOf,
  type NamedRole,
  type Party,
  rolesOf,
  toSession,
  usersOf,
} from './callers';
import { addressesIn } from './documents';
import { type Given, prepareWorld, STRANGER } from './open-example';
import { type Compared, compare, lastDecision, type Scene } from './scene';
import { placesOf } from './ways';
import { createWitness } from './witness';

export interface CompareOptions {
  /** What the other evaluator is given. Default: the world itself. */
  readonly witnessed?: World;
  /** Tokens that authorizers read, by who has them; made with a way to the gate. */
  readonly tokens?: undefined | ((gate: Gate) => Promise<Readonly<Record<string, string>>>);
}

/** Services that run code. */
const RUNNERS = ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'pods.eks.amazonaws.com', 'lambda.amazonaws.com'];

export async function compareWorld(original: World, options: CompareOptions = {}): Promise<Compared> {
  const given: Given = { policy: undefined };
  const world = prepareWorld(original, given);
  const witness = createWitness(prepareWorld(options.witnessed ?? original, given));
  const strangers = `accounts.${STRANGER.accountId}.`;
  const report: Compared = {
    verdicts: { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 },
    calls: 0,
    differences: [],
    consulted: witness.consulted,
    documents: [...witness.documents.keys()].filter((path) => !path.startsWith(strangers)),
    closed: [],
  };
  const places = placesOf(world, addressesIn(witness.documents));
  const sceneAt = (gate: Gate): Scene => ({ gate, world, witness, given, places, report });

  const gate = await startGate(world);
  // Authorizers ask AWS too.
  gate.intercept();
  try {
    const scene = sceneAt(gate);
    const tokens = Object.entries((await options.tokens?.(gate)) ?? {});
    const holders = tokens.map(
      ([label, token]): Party => ({ label: `token of ${label}`, known: undefined, credentials: undefined, token }),
    );
    const signers = [...usersOf(world), ...(await sessionsOf(scene, usersOf(world)))];
    await callAll(scene, [ANONYMOUS, ...holders, ...signers]);
    const met = new Set(signers.map(({ known }) => known?.at));
    for (const role of rolesOf(world)) {
      const session = await runAs(sceneAt, role);
      if (!session && !met.has(`accounts.${role.accountId}.roles.${role.name}`)) report.closed.push(role.arn);
    }
  } finally {
    await gate.close();
  }
  return report;
}

/** A gate whose instance has the role: whether it gets keys, and what they open. */
async function runAs(sceneAt: (gate: Gate) => Scene, role: NamedRole): Promise<boolean> {
  const { world } = sceneAt({} as Gate);
  const { instanceId: _, ...metadata } = world.metadata ?? {};
  const gate = await startGate({ ...world, metadata: { ...metadata, role: role.arn, instanceId: SESSION_ID } });
  gate.intercept();
  try {
    const scene = sceneAt(gate);
    const keys = await askInstance(gate);
    const at = `accounts.${role.accountId}.roles.${role.name}.trust`;
    const expected = await scene.witness.byTrust(role.arn, at, RUNNERS);
    compare(scene, await lastDecision(gate), expected, `an instance asks for ${role.arn}`);
    if (keys) await callAll(scene, [toSession(role, keys, SESSION_ID)]);
    return keys !== undefined;
  } finally {
    await gate.close();
  }
}

const SESSION_ID = 'i-0123456789abcdef0';

async function callAll(scene: Scene, parties: readonly Party[]): Promise<void> {
  for (const party of parties) {
    await callApis(scene, party);
    if (party.credentials) await callServices(scene, party);
  }
}

/** Sessions of the roles that somebody may assume, one of each. */
async function sessionsOf({ gate, world }: Scene, parties: readonly Party[]): Promise<Party[]> {
  const found: Party[] = [];
  for (const role of rolesOf(world)) {
    for (const party of parties) {
      for (const externalId of externalIdsOf(role)) {
        const keys = await assume(gate.from({ vpc: null }).fetch, party, role, externalId);
        if (keys && !found.some(({ known }) => known?.iamArn === role.arn)) found.push(toSession(role, keys));
      }
    }
  }
  return found;
}
