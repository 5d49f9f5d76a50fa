/** An API of a world as everything else reads it: with what its OpenAPI document says. */
import type { Api } from '../world/api';
import { importOpenApi } from './import-open-api';

/** `at`: of the API. Throws `ERR_SIGV4_INVALID_WORLD` for a document that cannot be read. */
export const readApi = (at: string, api: Api): Api =>
  'openapi' in api && api.openapi !== undefined ? importOpenApi(at, api.openapi, api) : api;

/** Where the resource policy of an API stands: in the world itself, or in the document. */
export const policyPath = (at: string, given: Api): string =>
  'policy' in given && given.policy !== undefined ? `${at}.policy` : `${at}.openapi["x-amazon-apigateway-policy"]`;
