/** The AWS SDK's default chain: profiles, SSO, processes, web identities, containers, instance metadata. */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';
import { createCache } from './cache';
import type { CachedCredentialProvider, ProviderRequest } from './cached-provider';

type Chain = (request: unknown) => Promise<Credentials>;

const shared = new Map<string, CachedCredentialProvider>();

/** The chain, loaded at its first call, once, and cached for the whole process, once for each profile. */
export function defaultChain(profile: string): CachedCredentialProvider {
  // A process that a human signs in for may wait for them.
  const chain = shared.get(profile) ?? createCache(createChain(profile), { timeout: 300_000 });
  shared.set(profile, chain);
  return chain;
}

function createChain(profile: string): (request: ProviderRequest) => Promise<Credentials> {
  let loading: Promise<Chain> | undefined;

  async function load(): Promise<Chain> {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    // The SDK keeps what it has read of files for ever, also that there were none.
    return defaultProvider({ ignoreCache: true } as object) as Chain;
  }

  return async ({ forceRefresh }) => {
    try {
      loading ??= load();
      const chain = await loading.catch((cause) => {
        // What failed to load is tried again.
        loading = undefined;
        throw cause;
      });
      return await chain({ forceRefresh });
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : cause;
      throw new SigV4Error(
        'ERR_SIGV4_NO_CREDENTIALS',
        profile
          ? `The profile "${profile}" (AWS_PROFILE) gave no credentials: ${found}. Look for it in the AWS config and credentials files.`
          : `No credentials were given, the environment has none, and the default chain found none: ${found}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or pass the "credentials" option.`,
        { cause },
      );
    }
  };
}
