/** What events tell of a caller who has an identity of an Amazon Cognito identity pool. */
import { COGNITO_PROVIDER } from '../principals/open-id-tokens';
import type { Principal } from '../principals/principals';

interface CognitoCaller {
  readonly identityId: string;
  readonly identityPoolId: string;
  /** `unauthenticated`, or `authenticated` and the names of the providers. */
  readonly amr: readonly string[];
}

/** Undefined for a caller without one. */
export function cognitoOf(principal: Principal | undefined): CognitoCaller | undefined {
  const federation = principal?.session?.federation;
  if (federation?.provider !== COGNITO_PROVIDER) return undefined;
  const claim = (name: string) => [federation.claims[`${COGNITO_PROVIDER}:${name}`] ?? []].flat();
  return { identityId: claim('sub')[0] ?? '', identityPoolId: claim('aud')[0] ?? '', amr: claim('amr') };
}
