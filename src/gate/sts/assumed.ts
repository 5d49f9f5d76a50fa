/** What assuming a role gives, whichever way it was assumed. */
import type { Arrival } from '../arrival';
import { type Principal, toPrincipal } from '../principals/principals';
import type { FoundRole } from '../principals/roles';
import type { Session } from '../principals/sessions';
import { giveKeys, type Realm } from '../realm';
import { packedSize } from './packed-size';
import { type Elements, type StsRefusal, validationError } from './sts-answers';
import type { AssumeRoleCall } from './sts-parameters';

/** A session assumed with the keys of another lasts an hour at most. */
export function durationFault(
  { duration }: AssumeRoleCall,
  { role }: FoundRole,
  chained: boolean,
): StsRefusal | undefined {
  if (chained && duration > 3600) {
    return validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  return duration > (role.maxSessionDuration ?? 3600)
    ? validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
    : undefined;
}

/** The elements that every result of assuming a role has. `federation`: whose token it was assumed with. */
export function assumed(
  realm: Realm,
  arrival: Arrival,
  action: string,
  found: FoundRole,
  call: AssumeRoleCall,
  federation?: Session['federation'],
): Elements {
  const { tags, transitive, policy, sourceIdentity, roleSessionName: name } = call;
  const session = { roleArn: found.arn, name, tags, transitive, policy, sourceIdentity, federation };
  const keys = giveKeys(realm, { service: 'sts', action }, session, arrival.now, call.duration);
  const { arn, userId } = toPrincipal(realm.world, session as Session) as Principal;
  return {
    SourceIdentity: sourceIdentity,
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      SessionToken: keys.sessionToken,
      Expiration: keys.expiration.toISOString().replace('.000Z', 'Z'),
    },
    AssumedRoleUser: { Arn: arn, AssumedRoleId: userId },
    PackedPolicySize: packedSize(call),
  };
}
