/** AssumeRoleWithWebIdentity: an identity token in place of a signature. */
import type { Credentials } from '../types';
import type { ProviderRequest } from './cached-provider';
import { callService } from './service-call';
import { type ServiceOptions, serviceEndpoint } from './service-endpoint';
import { FORM, readCredentials, readRefusal, type StsParameters, toForm } from './sts';

/** A token, or what gives one. */
export type TokenSource = string | (() => string | Promise<string>);

/** The keys that STS gives for the token. */
export function assumeWithToken(
  options: ServiceOptions & { readonly roleArn: string },
  parameters: StsParameters,
  token: string,
  { background }: ProviderRequest,
): Promise<Credentials> {
  const { url } = serviceEndpoint('sts', options);
  const body = toForm('AssumeRoleWithWebIdentity', [...parameters, ['WebIdentityToken', token]]);
  return callService(
    {
      what: `assume the role ${options.roleArn} with a web identity`,
      url,
      hasToken: true,
      secrets: [token],
      message: () => ({ headers: { 'content-type': FORM }, body }),
      read: readCredentials,
      readRefusal,
    },
    { fetch: options.fetch, timeout: options.timeout, background },
  );
}
