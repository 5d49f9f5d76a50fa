/** The AWS SDK's default chain: profiles, SSO, processes, web identities, containers, instance metadata. */
import { SigV4Error } from '../errors';
import type { Credentials } from '../types';
import { createCache } from './cache';
import type { CachedCredentialProvider, ProviderRequest } from './cached-provider';

type Chain = (request: unknown) => Promise<Credentials>;

let shared: CachedCredentialProvider | undefined;

/** The chain, loaded at its first call, once, and cached for the whole process. */
export function defaultChain(): CachedCredentialProvider {
  // A process that a human signs in for may wait for them.
  shared ??= createCache(askChain, { timeout: 300_000 });
  return shared;
}

let loading: Promise<Chain> | undefined;

async function load(): Promise<Chain> {
  try {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return defaultProvider() as Chain;
  } catch (cause) {
    // What failed to load is tried again.
    loading = undefined;
    throw cause;
  }
}

async function askChain(request: ProviderRequest): Promise<Credentials> {
  try {
    loading ??= load();
    const chain = await loading;
    return await chain(request);
  } catch (cause) {
    throw new SigV4Error(
      'ERR_SIGV4_NO_CREDENTIALS',
      `No credentials were given, the environment has none, and the default chain found none: ${cause instanceof Error ? cause.message : cause}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or pass the "credentials" option.`,
      { cause },
    );
  }
}
