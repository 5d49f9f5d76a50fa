/** A security scheme of API Gateway as an authorizer of the world. Its function, or what else it is given, is the world's. */
import type {
  Authorizer,
  JwtAuthorizer,
  RequestAuthorizer,
  TokenAuthorizer,
  UserPoolAuthorizer,
} from '../world/authorizer';
import { fault, list, object, show } from '../world/checks';
import { child, type Part, textOf } from './document';

const KNOWN = [
  ...['type', 'identitySource', 'identityValidationExpression', 'authorizerResultTtlInSeconds', 'providerARNs'],
  ...['jwtConfiguration', 'authorizerPayloadFormatVersion', 'enableSimpleResponses'],
  // They say which function, which is the world's here.
  ...['authorizerUri', 'authorizerCredentials', '$ref'],
];

/** `given`: what the world says of the authorizer, which goes before the document; `givenAt`: where. */
export function importAuthorizer(
  scheme: Part,
  isHttpApi: boolean,
  given: Authorizer | undefined,
  givenAt: string,
): Authorizer {
  const extension = child(scheme, 'x-amazon-apigateway-authorizer') as Part;
  object(extension.at, extension.value, KNOWN);
  const read = readAuthorizer(scheme, extension, isHttpApi);
  if (given && given.type !== read.type)
    fault(`${givenAt}.type`, `is ${show(given.type)}, and ${show(read.type)} in the OpenAPI document`);
  const own = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  const authorizer = { ...read, ...Object.fromEntries(own) } as Authorizer;
  const needsHandler = authorizer.type === 'TOKEN' || authorizer.type === 'REQUEST';
  if (needsHandler && typeof authorizer.handler !== 'function')
    fault(`${givenAt}.handler`, `is missing: the function of ${extension.at}`);
  return authorizer;
}

type WithoutHandler<A> = Omit<A, 'handler'>;
type Read = WithoutHandler<TokenAuthorizer> | WithoutHandler<RequestAuthorizer> | UserPoolAuthorizer | JwtAuthorizer;

function readAuthorizer(scheme: Part, extension: Part, isHttpApi: boolean): Read {
  const type = textOf(extension, 'type')?.toLowerCase();
  if (type === 'request') return readRequest(scheme, extension, isHttpApi);
  if (type === 'jwt' && isHttpApi) return readJwt(scheme, extension);
  if (type === 'token' && !isHttpApi) return readToken(scheme, extension);
  if (type === 'cognito_user_pools' && !isHttpApi) return readUserPools(scheme, extension);
  return fault(`${extension.at}.type`, `is ${show(type)}, which an API of this type does not have`);
}

function readToken(scheme: Part, extension: Part): Read {
  const identityValidation = textOf(extension, 'identityValidationExpression');
  const [identitySource] = sourcesOf(scheme, extension, false);
  return { type: 'TOKEN', identitySource, identityValidation, ttl: ttlOf(extension) };
}

function readRequest(scheme: Part, extension: Part, isHttpApi: boolean): Read {
  const common = {
    type: 'REQUEST',
    identitySources: sourcesOf(scheme, extension, isHttpApi),
    ttl: ttlOf(extension),
  } as const;
  if (!isHttpApi) return common;
  const payload = (textOf(extension, 'authorizerPayloadFormatVersion') ?? '2.0') as '2.0';
  return { ...common, payload, simpleResponses: extension.value.enableSimpleResponses === true };
}

function readUserPools(scheme: Part, extension: Part): Read {
  const { at, value } = extension;
  if (value.identityValidationExpression !== undefined)
    fault(`${at}.identityValidationExpression`, 'is not emulated for user pools');
  const userPools = list(`${at}.providerARNs`, value.providerARNs).map((arn, i) => {
    const [, id] = /^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool\/(.+)$/.exec(String(arn)) ?? [];
    return id ?? fault(`${at}.providerARNs[${i}]`, 'is not the ARN of a user pool');
  });
  return { type: 'COGNITO_USER_POOLS', userPools, identitySource: sourcesOf(scheme, extension, false)[0] };
}

const DISCOVERY = /\/\.well-known\/openid-configuration$/;

function readJwt(scheme: Part, extension: Part): Read {
  const configuration = child(extension, 'jwtConfiguration') ?? fault(`${extension.at}.jwtConfiguration`, 'is missing');
  const issuer = textOf(configuration, 'issuer') ?? textOf(scheme, 'openIdConnectUrl')?.replace(DISCOVERY, '');
  if (issuer === undefined) return fault(`${configuration.at}.issuer`, 'is missing');
  const audience = list(`${configuration.at}.audience`, configuration.value.audience) as string[];
  const sources = sourcesOf(scheme, extension, true);
  return { type: 'JWT', issuer, audience, identitySource: sources[0] };
}

/** Those that it names, with commas; else the header or parameter of the scheme. */
function sourcesOf(scheme: Part, extension: Part, isHttpApi: boolean): string[] {
  const given = extension.value.identitySource;
  if (Array.isArray(given)) return given.map(String);
  const text = textOf(extension, 'identitySource');
  if (text) return text.split(',').map((source) => source.trim());
  const name = textOf(scheme, 'name');
  if (name === undefined || name === 'Unused') return [];
  const place = scheme.value.in === 'query' ? 'querystring' : 'header';
  return [`${isHttpApi ? '$' : 'method.'}request.${place}.${name}`];
}

/** A number, or a text of digits. */
function ttlOf({ value }: Part): number | undefined {
  const ttl = value.authorizerResultTtlInSeconds;
  return ttl === undefined ? undefined : Number(ttl);
}
