/** What a gate that runs has at hand for every request: its world, the keys it gives out, the faults laid on it. */
import { randomBytes } from 'node:crypto';
import { type ApiIndex, indexApis } from './api-gateway/api-index';
import { createKeptResults, type KeptResults } from './api-gateway/authorizers/kept-results';
import type { GateService, Place } from './arrival';
import { createFaultBook, type FaultBook } from './faults/faults';
import { type FunctionOwner, indexFunctions } from './function-urls/function-index';
import { type AccessKeys, indexAccessKeys } from './principals/access-keys';
import { createSessions, type IssuedKeys, type Session, type Sessions } from './principals/sessions';
import { type DomainOwner, indexStudio } from './sagemaker/studio-index';
import { indexPools, type UserPoolIndex } from './user-pools/pools';
import { type EndpointIndex, indexEndpoints } from './vpc-endpoints/endpoint-index';
import { type Connections, createConnections } from './web-sockets/connections';
import type { World } from './world/world';

/** Of one gate, from its start to its end. */
export interface Realm {
  readonly world: World;
  /** Its APIs and custom domain names. */
  readonly index: ApiIndex;
  /** Its VPC endpoints, by service. */
  readonly endpoints: EndpointIndex;
  /** Its functions that have a URL, by the id of that. */
  readonly functions: ReadonlyMap<string, FunctionOwner>;
  /** Its domains of SageMaker Studio, by id. */
  readonly studio: ReadonlyMap<string, DomainOwner>;
  /** Its user pools. */
  readonly userPools: UserPoolIndex;
  /** The access keys of its users, by their ids. */
  readonly accessKeys: AccessKeys;
  readonly sessions: Sessions;
  readonly faults: FaultBook;
  /** What its tokens are sealed with; another one each time a gate starts. */
  readonly key: Buffer;
  /** The keys that metadata and container gave last, for a rotation that is caught half-way. */
  readonly lastGiven: Map<GateService, IssuedKeys>;
  /** What Lambda authorizers have said. */
  readonly kept: KeptResults;
  /** The clients of its WebSocket APIs. */
  readonly connections: Connections;
}

/** A realm for a world that has been checked: everything in it that requests look for is indexed, once. */
export function createRealm(world: World): Realm {
  const key = randomBytes(32);
  return {
    world,
    index: indexApis(world),
    endpoints: indexEndpoints(world),
    functions: indexFunctions(world),
    studio: indexStudio(world),
    userPools: indexPools(world),
    accessKeys: indexAccessKeys(world),
    sessions: createSessions(key),
    faults: createFaultBook(),
    key,
    lastGiven: new Map(),
    kept: createKeptResults(),
    connections: createConnections(),
  };
}

/** How far in the past keys of the fault `expired` end. */
const OVERDUE = 60_000;

/** Keys for a session that lasts `seconds` from now. */
export function giveKeys(
  { sessions, faults }: Realm,
  place: Place,
  session: Omit<Session, 'issued' | 'expiration'>,
  now: number,
  seconds: number,
): IssuedKeys {
  const end = faults.strike(['expired'], place) ? now - OVERDUE : now + seconds * 1000;
  // Expirations are written in whole seconds.
  const expiration = Math.floor(end / 1000) * 1000;
  return sessions.issue({ ...session, issued: now, expiration }, faults.generation);
}
