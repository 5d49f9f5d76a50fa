/** Which authorization an operation asks for. */
import { fault, list, object, show } from '../world/checks';
import { own } from '../world/own';
import { child, type Part, step, textOf } from './document';

/** What a route has of it. */
export interface Security {
  readonly auth: string;
  readonly scopes: readonly string[];
  /** The scheme of an authorizer. */
  readonly scheme?: Part | undefined;
}

const NONE: Security = { auth: 'NONE', scopes: [] };

/** Rejects an operation with several schemes, since a method has one, and one that asks for an API key. */
export function importSecurity(document: Part, operation: Part, isHttpApi: boolean): Security {
  const declared = authOf(operation);
  const { security } = operation.value;
  const at = `${operation.at}.security`;
  const requirements = list(at, security ?? []).flatMap((each, i) => Object.entries(object(`${at}[${i}]`, each)));
  if (declared) {
    const names = requirements.map(([name]) => name);
    return checkDeclared(document, operation, declared, names);
  }
  if (security === undefined) return withoutSecurity(document, operation, isHttpApi);
  const schemes = requirements.map(([name, scopes]) => ({ name, scopes, part: findScheme(document, at, name) }));
  for (const { name, part } of schemes)
    if (isApiKey(part)) fault(at, `asks for the API key "${name}", which is not emulated`);
  const [first, second] = schemes;
  if (!first) return NONE;
  // A requirement without a name makes the others a choice.
  if (second || list(at, security).length > 1) fault(at, 'is a choice of several, and a method of API Gateway has one');
  const { name, part } = first;
  if (isSigV4(part)) return { auth: 'AWS_IAM', scopes: [] };
  if (child(part, 'x-amazon-apigateway-authorizer'))
    return { auth: name, scopes: list(at, first.scopes) as string[], scheme: part };
  return fault(part.at, 'has no x-amazon-apigateway-authtype or -authorizer: API Gateway would leave the method open');
}

/** API Gateway leaves out what the document as a whole asks for. Unconfirmed for HTTP APIs, which are therefore refused. */
function withoutSecurity(document: Part, operation: Part, isHttpApi: boolean): Security {
  const { security = [] } = document.value;
  const asks = list(`${document.at}.security`, security).length > 0;
  if (isHttpApi && asks)
    fault(operation.at, 'has no security of its own, and that of a whole document is not emulated');
  return NONE;
}

/** The extension that says so without a scheme. */
function authOf(operation: Part): Security | undefined {
  const extension = child(operation, 'x-amazon-apigateway-auth');
  const type = extension && textOf(extension, 'type')?.toUpperCase();
  if (!extension) return undefined;
  if (type === 'NONE') return NONE;
  return type === 'AWS_IAM'
    ? { auth: type, scopes: [] }
    : fault(`${extension.at}.type`, `is ${show(type)}, which is not emulated`);
}

/** What is said directly has to agree with the schemes beside it. One that the document has not is a name and no more. */
function checkDeclared(document: Part, operation: Part, declared: Security, names: readonly string[]): Security {
  const schemes = schemesOf(document);
  for (const name of names) {
    const part = schemes && own(schemes.value, name) !== undefined ? child(schemes, name) : undefined;
    if (part && isApiKey(part))
      fault(`${operation.at}.security`, `asks for the API key "${name}", which is not emulated`);
    if (part && !(isSigV4(part) && declared.auth === 'AWS_IAM'))
      fault(
        `${operation.at}["x-amazon-apigateway-auth"].type`,
        `is not what the scheme "${name}" of its security asks for`,
      );
  }
  return declared;
}

function schemesOf(document: Part): Part | undefined {
  const components = child(document, 'components');
  return components && child(components, 'securitySchemes');
}

function findScheme(document: Part, at: string, name: string): Part {
  const schemes = schemesOf(document);
  if (!schemes || own(schemes.value, name) === undefined)
    return fault(at, `names "${name}", which components.securitySchemes does not have`);
  return child(schemes, name) ?? fault(`${schemes.at}${step(name)}`, 'is missing');
}

const isSigV4 = (scheme: Part): boolean => textOf(scheme, 'x-amazon-apigateway-authtype')?.toLowerCase() === 'awssigv4';

const isApiKey = (scheme: Part): boolean =>
  scheme.value.type === 'apiKey' &&
  scheme.value['x-amazon-apigateway-authorizer'] === undefined &&
  scheme.value['x-amazon-apigateway-authtype'] === undefined;
