/** Which service a request is for: by its hostname where that is AWS's, else by what the request is. */
import { parseHost } from '../endpoint/hosts';
import type { WireRequest } from '../types';
import { type Arrival, headerOf } from './arrival';
import { isRegularName, serviceAt } from './aws-hosts';
import type { CognitoCall } from './cognito/cognito-identity';
import type { MetadataCall } from './metadata';
import type { Realm } from './realm';
import type { SageMakerCall } from './sagemaker/sagemaker';
import type { StudioCall } from './sagemaker/studio';
import type { StsCall } from './sts/sts';
import { readParameters } from './sts/sts-parameters';
import type { UserPoolCall } from './user-pools/user-pool-service';
import { readServiceName, type ServiceName } from './vpc-endpoints/service-names';

/** The service, with what routing has read of the call. */
export type Destination =
  | StsCall
  | CognitoCall
  | UserPoolCall
  | SageMakerCall
  | StudioCall
  | MetadataCall
  | { readonly service: 'execute-api' | 'lambda'; readonly region: string | undefined; readonly action?: undefined }
  /** None that is emulated; `name` is that of the service, or the AWS hostname where that does not tell. */
  | { readonly service: undefined; readonly name: string | undefined; readonly action?: undefined };

/** Custom domain names of the world are API Gateway's; what is sent to a name of AWS's is for its service, whatever its Host says. */
export function findDestination(
  { index }: Pick<Realm, 'index'>,
  { request, host: sent, awsName }: Pick<Arrival, 'request' | 'host' | 'awsName'>,
): Destination {
  const host = awsName ?? sent;
  const named = readServiceName(host);
  if (named) return toNamed(request, named);
  const address = serviceAt(host);
  if (address) return { service: address };
  const { service, region } = parseHost(host);
  if (index.domains.has(host) || host.includes('.execute-api.')) return { service: 'execute-api', region };
  if (host.includes('.lambda-url.')) return { service: 'lambda', region };
  if (isRegularName(host)) {
    if (service === 'sts') return toSts(request, region);
    if (service === 'cognito-identity') return toCognito(request, region);
    if (service === 'cognito-idp') return toUserPools(request, region);
    if (service === 'sagemaker') return toSageMaker(request, region);
  }
  // Other names whose signatures are for execute-api say nothing by that.
  if (awsName !== undefined)
    return { service: undefined, name: service === undefined || service === 'execute-api' ? host : service };

  // The gate's own address, which clients are pointed to by their settings.
  if (actionOf(request, IDENTITY) !== undefined) return toCognito(request, undefined);
  if (isUserPools(request)) return toUserPools(request, scopeOf(request)?.[2]);
  if (isSageMaker(request)) return toSageMaker(request, scopeOf(request)?.[2]);
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

/** What calls of the JSON protocols name their operations with. */
const IDENTITY = 'AWSCognitoIdentityService.';
const USER_POOLS = 'AWSCognitoIdentityProviderService.';
const SAGEMAKER = 'SageMaker.';

function actionOf(request: WireRequest, prefix: string): string | undefined {
  const target = headerOf(request, 'x-amz-target');
  return target?.startsWith(prefix) ? target.slice(prefix.length) : undefined;
}

const toCognito = (request: WireRequest, region: string | undefined): CognitoCall => ({
  service: 'cognito-identity',
  region,
  action: actionOf(request, IDENTITY) ?? '',
});

const toUserPools = (request: WireRequest, region: string | undefined): UserPoolCall => ({
  service: 'cognito-idp',
  region,
  action: actionOf(request, USER_POOLS) ?? '',
});

const toSageMaker = (request: WireRequest, region: string | undefined): SageMakerCall => ({
  service: 'sagemaker',
  region,
  action: actionOf(request, SAGEMAKER) ?? '',
});

const toStudio = ({ region }: ServiceName): StudioCall => ({
  service: 'studio',
  region,
  action: 'CreatePresignedDomainUrl',
});

function toNamed(request: WireRequest, name: ServiceName): Destination {
  const { service, region } = name;
  switch (service) {
    case 'execute-api':
      return { service, region };
    case 'sts':
      return toSts(request, region);
    case 'sagemaker.api':
      return toSageMaker(request, region);
    case 'studio':
      return toStudio(name);
    default:
      return service satisfies never;
  }
}

/** The credential of its signature: key id, day, region, service, terminator. */
function scopeOf(request: WireRequest): string[] | undefined {
  const header = headerOf(request, 'authorization') ?? '';
  const credential =
    /Credential=([^,\s]+)/.exec(header)?.[1] ?? new URLSearchParams(request.query).get('X-Amz-Credential');
  return credential?.split('/');
}

/** A call of theirs, or their keys. */
const isUserPools = (request: WireRequest): boolean =>
  actionOf(request, USER_POOLS) !== undefined || /^\/[^/]+\/\.well-known\//.test(request.path);

const isSageMaker = (request: WireRequest): boolean =>
  actionOf(request, SAGEMAKER) !== undefined || scopeOf(request)?.[3] === 'sagemaker';

/** Signed for STS, or of the version of its Query protocol. */
function isSts(request: WireRequest): boolean {
  const scope = scopeOf(request);
  if (scope) return scope[3] === 'sts';
  const isForm = headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  const parameters = readParameters(isForm ? request : { ...request, body: '' });
  return parameters.has('Action') && parameters.get('Version') === '2011-06-15';
}
