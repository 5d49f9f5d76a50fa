/** Which service a request is for: by its hostname where that is AWS's, else by what the request is. */
import { parseHost } from '../endpoint/hosts';
import type { WireRequest } from '../types';
import { readHostName } from './api-gateway/host-names';
import { type Arrival, headerOf } from './arrival';
import { isAwsHost, serviceAt } from './aws-hosts';
import type { CognitoCall } from './cognito/cognito-identity';
import type { MetadataCall } from './metadata';
import type { Realm } from './realm';
import type { StsCall } from './sts/sts';
import { readParameters } from './sts/sts-parameters';

/** The service, with what routing has read of the call. */
export type Destination =
  | StsCall
  | CognitoCall
  | MetadataCall
  | { readonly service: 'execute-api' | 'lambda'; readonly region: string | undefined; readonly action?: undefined }
  /** None that is emulated; `name` is that of the service, or the AWS hostname where that does not tell. */
  | { readonly service: undefined; readonly name: string | undefined; readonly action?: undefined };

/** Custom domain names of the world are API Gateway's, and so is what is sent to a VPC endpoint whatever its Host says. */
export function findDestination(
  { index }: Pick<Realm, 'index'>,
  { request, host, target }: Pick<Arrival, 'request' | 'host' | 'target'>,
): Destination {
  const address = serviceAt(host);
  if (address) return { service: address };
  const { service, region } = parseHost(host);
  if (index.domains.has(host) || host.includes('.execute-api.') || readHostName(target))
    return { service: 'execute-api', region };
  if (host.includes('.lambda-url.')) return { service: 'lambda', region };
  if (service === 'sts') return toSts(request, region);
  if (service === 'cognito-identity') return toCognito(request, region);
  // Other names whose signatures are for execute-api say nothing by that.
  if (isAwsHost(host))
    return { service: undefined, name: service === undefined || service === 'execute-api' ? host : service };

  // The gate's own address, which clients are pointed to by their settings.
  if (cognitoAction(request) !== undefined) return toCognito(request, undefined);
  if (isSts(request)) return toSts(request, scopeOf(request)?.[2]);
  if (request.path.startsWith('/latest/')) return { service: 'metadata' };
  if (request.path.startsWith('/v2/credentials/') || request.path === '/v1/credentials')
    return { service: 'container' };
  return { service: undefined, name: undefined };
}

function toSts(request: WireRequest, region: string | undefined): StsCall {
  const parameters = readParameters(request);
  return { service: 'sts', region, parameters, action: parameters.get('Action') };
}

const COGNITO_TARGET = 'AWSCognitoIdentityService.';

function cognitoAction(request: WireRequest): string | undefined {
  const target = headerOf(request, 'x-amz-target');
  return target?.startsWith(COGNITO_TARGET) ? target.slice(COGNITO_TARGET.length) : undefined;
}

const toCognito = (request: WireRequest, region: string | undefined): CognitoCall => ({
  service: 'cognito-identity',
  region,
  action: cognitoAction(request) ?? '',
});

/** The credential of its signature: key id, day, region, service, terminator. */
function scopeOf(request: WireRequest): string[] | undefined {
  const header = headerOf(request, 'authorization') ?? '';
  const credential =
    /Credential=([^,\s]+)/.exec(header)?.[1] ?? new URLSearchParams(request.query).get('X-Amz-Credential');
  return credential?.split('/');
}

/** Signed for STS, or of the version of its Query protocol. */
function isSts(request: WireRequest): boolean {
  const scope = scopeOf(request);
  if (scope) return scope[3] === 'sts';
  const isForm = headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  const parameters = readParameters(isForm ? request : { ...request, body: '' });
  return parameters.has('Action') && parameters.get('Version') === '2011-06-15';
}
