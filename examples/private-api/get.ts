/** `GET /`, signed with long-term keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
import { type Caller, call } from './call';
import { readApi, readLongTermKeys } from './environment';
import { isProgram, printCall } from './program';

export const get = (caller: Caller): Promise<Response> => call(caller, '', { method: 'GET' });

if (isProgram(import.meta.url))
  await printCall((env) => ({ api: readApi(env), credentials: readLongTermKeys(env) }), '', get);
