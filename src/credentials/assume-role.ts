/** The keys of a role, from AWS STS: one signed call, cached. */
import { defaultName } from '#environment';
import { signHeaders } from '../core/sign-headers';
import { refuseOption, SigV4Error, type SigV4ErrorCode } from '../errors';
import type { CredentialProvider, Credentials } from '../types';
import { createCache } from './cache';
import { type CacheOptions, checkCacheOptions } from './cache-options';
import {
  asCached,
  type CachedCredentialProvider,
  isRoleSession,
  nameOf,
  type ProviderRequest,
  peek,
} from './cached-provider';
import { checkTokenCode, type RoleParameters, roleParameters } from './role-parameters';
import { callService } from './service-call';
import { checkSender, type ServiceEndpoint, type ServiceOptions, serviceEndpoint } from './service-endpoint';
import { nameParts, numberOf, sharedRole } from './shared-roles';
import { toSnapshot } from './snapshot';
import { credentialSource } from './source';
import { FORM, readCredentials, readRefusal, type StsParameters, toForm } from './sts';
import { assumeRoleThrough, type StsClient } from './sts-client';

/** Which role is assumed, by whom, and where STS is called. */
export interface AssumeRoleOptions extends RoleParameters, ServiceOptions {
  /** Whose keys assume the role; another `assumeRole` makes a chain. Default: as for a signer. */
  readonly credentials?: Credentials | CredentialProvider | undefined;
  /** Node: an STS client of the AWS SDK v3 to send through; it brings its own keys, region, endpoint and retries. */
  readonly client?: StsClient | undefined;
  /** How long keys are kept. */
  readonly cache?: CacheOptions | undefined;
  /** Share the keys with all of the process who assume the same role in the same way. Default true. */
  readonly shared?: boolean | undefined;
}

/**
 * Keys of a role, cached as `cachedCredentials` does. All signers of a process that assume a role with equal options share
 * one call and its keys, up to 5,000 roles; more are kept by those who hold their provider alone.
 *
 * STS is called in the region (`region`, then `AWS_REGION`), with up to four attempts where it throttles, fails or does not
 * answer. Throws `ERR_SIGV4_INVALID_OPTION` for what STS would refuse by its limits. The provider rejects with
 * `ERR_SIGV4_ACCESS_DENIED`, `…_REJECTED_CREDENTIALS`, `…_EXPIRED_CREDENTIALS`, `…_INVALID_OPTION`, `…_THROTTLED`,
 * `…_SERVICE_UNAVAILABLE` or `…_SERVICE_REFUSED`, with STS's own code and message, and as its source credentials do.
 *
 * @example
 * const credentials = assumeRole({ roleArn: 'arn:aws:iam::111122223333:role/api-caller', externalId: 'shop' });
 * const fetch = createSignedFetch({ credentials });
 */
export function assumeRole(options: AssumeRoleOptions): CachedCredentialProvider {
  const given = { ...options };
  checkSender(given);
  checkCacheOptions(given.cache);
  const parameters = roleParameters(given);
  checkConflicts(given);
  // Static keys are taken as they are now: what is shared by their value must not change with their object.
  const { credentials: keys } = given;
  const own = { ...given, credentials: typeof keys === 'object' && keys !== null ? toSnapshot(keys) : keys };

  let naming: Promise<Role> | undefined;
  /** Where STS is called is settled once, at the first call, for the name as for all renewals. */
  async function nameAndMake(): Promise<Role> {
    const place = own.client ? undefined : serviceEndpoint('sts', own);
    const name = await nameParts(await partsOf(own, parameters, place));
    const make = () => createCache(exchange(own, parameters, place), own.cache);
    return { name, cached: own.shared === false ? make() : sharedRole(name, make) };
  }
  let found: CachedCredentialProvider | undefined;
  function find(): Promise<Role> {
    if (naming) return naming;
    const finding = nameAndMake();
    naming = finding;
    finding.then(
      ({ cached }) => {
        found = cached;
      },
      () => {
        // A region may be set by the next call.
        naming = undefined;
      },
    );
    return finding;
  }
  return asCached(
    async (request) => (found ?? (await find()).cached)(request),
    (rejected) => {
      // Others may hold the keys that this provider has not asked for yet.
      if (found) found.invalidate(rejected);
      else
        find().then(
          ({ cached }) => cached.invalidate(rejected),
          () => {},
        );
    },
    {
      isRoleSession: true,
      ...(own.shared === false ? {} : { name: async () => (await find()).name }),
      peek: (now) => found && peek(found, now),
    },
  );
}

interface Role {
  readonly name: string;
  readonly cached: CachedCredentialProvider;
}

/** What a client brings of its own. */
const OF_CLIENT = ['credentials', 'region', 'endpoint', 'fips', 'dualStack', 'fetch', 'timeout'] as const;

function checkConflicts(options: AssumeRoleOptions): void {
  const { client, credentials, durationSeconds = 0 } = options;
  if (client !== undefined && typeof client?.send !== 'function') {
    refuseOption('client must be an STS client of the AWS SDK v3');
  }
  const twice = client && OF_CLIENT.find((name) => options[name] !== undefined);
  if (twice) refuseOption(`client brings its own ${twice}; give either`);
  if (durationSeconds > 3600 && isRoleSession(credentials)) {
    refuseOption('durationSeconds must be no more than 3600 where a role assumes a role');
  }
}

/** All that changes what a call gives, or when. */
async function partsOf(
  options: AssumeRoleOptions,
  parameters: StsParameters,
  place: ServiceEndpoint | undefined,
): Promise<unknown[]> {
  const { credentials, client, fetch = globalThis.fetch, timeout, tokenCode, cache } = options;
  const { advisoryWindow, maxAge, timeout: total, now, random } = cache ?? {};
  const source =
    credentials === undefined
      ? ['default', client ? '' : defaultName()]
      : typeof credentials === 'object'
        ? ['keys', ...Object.values(credentials)]
        : ['provider', (await nameOf(credentials)) ?? numberOf(credentials)];
  const code = typeof tokenCode === 'function' ? numberOf(tokenCode) : tokenCode;
  return [
    [parameters, source, code, timeout],
    client ? ['client', numberOf(client)] : [place?.url.href, place?.region, numberOf(fetch)],
    [advisoryWindow, maxAge, total, numberOf(now), numberOf(random)],
  ];
}

/** Whose fault may be mended by fresh source keys. */
const OF_SOURCE: readonly SigV4ErrorCode[] = ['ERR_SIGV4_EXPIRED_CREDENTIALS', 'ERR_SIGV4_REJECTED_CREDENTIALS'];

function exchange(
  options: AssumeRoleOptions,
  parameters: StsParameters,
  place: ServiceEndpoint | undefined,
): (request: ProviderRequest) => Promise<Credentials> {
  const { client, fetch, timeout, roleArn } = options;
  const source = credentialSource(options.credentials);
  const what = `assume the role ${roleArn}`;

  async function call(keys: Credentials, form: string, { background, clock }: ProviderRequest): Promise<Credentials> {
    const { url, region } = place as ServiceEndpoint;
    return callService(
      {
        what,
        url,
        hasToken: false,
        secrets: [keys.secretAccessKey, keys.sessionToken ?? ''],
        message: async () => {
          const request = {
            method: 'POST',
            path: url.pathname,
            query: '',
            headers: [['host', url.host] as const, ['content-type', FORM] as const],
            body: form,
          };
          const context = { credentials: keys, region, service: 'sts', date: new Date(clock.now()) };
          const { headers } = await signHeaders(request, context);
          return { headers: Object.fromEntries([['content-type', FORM], ...headers]), body: form };
        },
        read: readCredentials,
        readRefusal,
      },
      { fetch, timeout, background, clock },
    );
  }

  return async (request) => {
    if (request.background && options.tokenCode !== undefined) {
      throw new SigV4Error('ERR_SIGV4_NO_CREDENTIALS', 'A code of an MFA device is asked for where somebody waits.');
    }
    const all = await withTokenCode(parameters, options.tokenCode);
    if (client) return assumeRoleThrough(client, what, all);
    const form = toForm('AssumeRole', all);
    const keys = await source.take(request.clock);
    try {
      return await call(keys, form, request);
    } catch (error) {
      if (!OF_SOURCE.includes((error as SigV4Error).code)) throw error;
      if (!(await source.renew(keys, request.clock))) throw error;
      return call(await source.take(request.clock), form, request);
    }
  };
}

async function withTokenCode(
  parameters: StsParameters,
  tokenCode: RoleParameters['tokenCode'],
): Promise<StsParameters> {
  if (tokenCode === undefined) return parameters;
  const code = typeof tokenCode === 'function' ? await tokenCode() : tokenCode;
  return [...parameters, ['TokenCode', checkTokenCode(code)]];
}
