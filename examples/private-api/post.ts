/** `POST /greet`, signed with temporary keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
import { type Caller, call } from './call';
import { readApi, readTemporaryKeys } from './environment';
import { isProgram, printCall } from './program';

const PATH = '/greet';

/** `body`: default a name, as JSON. */
export const post = (caller: Caller, body = JSON.stringify({ name: 'buddy' })): Promise<Response> =>
  call(caller, PATH, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

if (isProgram(import.meta.url))
  await printCall((env) => ({ api: readApi(env), credentials: readTemporaryKeys(env) }), PATH, post);
