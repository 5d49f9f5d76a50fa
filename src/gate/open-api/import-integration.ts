/** The integration of an operation as the handler of a route. */
import { parametersOf } from '../api-gateway/integrations/proxy-template';
import type { HttpProxy, HttpRoute, Route } from '../world/api';
import { checkWhole, fault, object, show } from '../world/checks';
import { own } from '../world/own';
import { child, type Part, step, textOf } from './document';
import { mockAnswer } from './mock-integration';

/** What an integration is part of. */
interface Surroundings {
  readonly isHttpApi: boolean;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The path of the operation, whose parameters its URL may have. */
  readonly path: string;
  /** Where the world has the handlers of `aws_proxy` integrations. */
  readonly routeAt: string;
}

type Handler = Route['handler'] | HttpRoute['handler'];

/**
 * The parts of an integration that are read, and those that only shape what is not emulated: caches, content handling,
 * credentials for calling a function, TLS.
 */
const KNOWN = [
  ...['type', 'httpMethod', 'uri', 'requestParameters', 'requestTemplates', 'responses', 'timeoutInMillis'],
  ...['payloadFormatVersion', 'connectionType', 'integrationSubtype', 'responseParameters', 'passthroughBehavior'],
  ...['contentHandling', 'credentials', 'cacheKeyParameters', 'cacheNamespace', 'tlsConfig', 'description', '$ref'],
];

/** The handler of an operation that the world gives none. */
export function importIntegration(operation: Part, around: Surroundings): Handler {
  const integration = child(operation, 'x-amazon-apigateway-integration');
  if (!integration)
    return fault(operation.at, `has no x-amazon-apigateway-integration, and ${around.routeAt} no handler`);
  object(integration.at, integration.value, KNOWN);
  const { connectionType = 'INTERNET', integrationSubtype } = integration.value;
  if (connectionType !== 'INTERNET')
    fault(`${integration.at}.connectionType`, 'is not emulated unless it is "INTERNET"');
  if (integrationSubtype !== undefined) fault(`${integration.at}.integrationSubtype`, 'is not emulated');
  const type = textOf(integration, 'type');
  switch (type?.toLowerCase()) {
    case 'http_proxy':
      return httpProxy(integration, around);
    case 'mock':
      return around.isHttpApi
        ? fault(`${integration.at}.type`, 'is "mock", which no HTTP API has')
        : mockAnswer(integration);
    case 'aws_proxy':
      return awsProxy(integration, around);
    default:
      return fault(
        `${integration.at}.type`,
        `is ${show(type)}, which is not emulated; http_proxy, aws_proxy and mock are`,
      );
  }
}

function awsProxy({ at, value }: Part, { isHttpApi, routeAt }: Surroundings): never {
  if (isHttpApi && value.payloadFormatVersion !== undefined && value.payloadFormatVersion !== '2.0')
    fault(`${at}.payloadFormatVersion`, 'is not "2.0", the format that functions behind HTTP APIs get here');
  return fault(`${routeAt}.handler`, `is missing: the function behind ${at}`);
}

function httpProxy(integration: Part, around: Surroundings): HttpProxy {
  const { at, value } = integration;
  const names = parameterNames(integration, around);
  const uri = withStageVariables(integration, around).replace(
    /\{([\w.-]+)(\+?)\}/g,
    (_, name: string, rest: string) => {
      return `{${own(names, name) ?? name}${rest}}`;
    },
  );
  const used = parametersOf(uri) ?? fault(`${at}.uri`, 'is not a URL');
  const stranger = used.find((name) => !around.path.includes(`{${name}}`) && !around.path.includes(`{${name}+}`));
  if (stranger !== undefined) fault(`${at}.uri`, `has the parameter "${stranger}", which the path has not`);
  const method = textOf(integration, 'httpMethod')?.toUpperCase();
  const { timeoutInMillis: timeout } = value;
  checkWhole(`${at}.timeoutInMillis`, timeout, 50, 30_000);
  return {
    httpProxy: uri,
    ...(method !== undefined && method !== 'ANY' && { method }),
    ...(timeout !== undefined && { timeout: timeout as number }),
  };
}

/** By the name in the URL, the name in the path. A mapping to the same name elsewhere is what a proxy does anyway. */
function parameterNames(integration: Part, { isHttpApi }: Surroundings): Record<string, string> {
  const table = child(integration, 'requestParameters');
  if (isHttpApi && (table || integration.value.responseParameters !== undefined))
    fault(`${integration.at}`, 'maps parameters, which is not emulated for HTTP APIs');
  const names: [string, string][] = [];
  for (const key of Object.keys(table?.value ?? {})) {
    const at = `${integration.at}.requestParameters${step(key)}`;
    const [, place, to = ''] = /^integration\.request\.(path|querystring|header)\.(.+)$/.exec(key) ?? [];
    const [, from = ''] =
      /^method\.request\.(?:path|querystring|header)\.(.+)$/.exec(textOf(table as Part, key) ?? '') ?? [];
    const source = `method.request.${place}.${from}`;
    if (from === '' || table?.value[key] !== source || (place !== 'path' && to !== from))
      fault(at, 'is not emulated: a parameter keeps its place, and outside of the path its name');
    if (place === 'path') names.push([to, from]);
  }
  return Object.fromEntries(names);
}

function withStageVariables(integration: Part, { stageVariables }: Surroundings): string {
  const at = `${integration.at}.uri`;
  const uri = textOf(integration, 'uri') ?? fault(at, 'is missing');
  return uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => {
    return own(stageVariables, name) ?? fault(at, `names the stage variable "${name}", which the API has not`);
  });
}
