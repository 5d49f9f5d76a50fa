/**
 * Signs in and asks the private API for a presigned Studio URL: what the page does, for a command line. Nothing is signed, for
 * the API takes a token where a signature would be; which of the API's names leads there, and what a request by that name has
 * to carry, is what `privateApi()` of sigv4kit says.
 */
import { type PrivateApiOptions, privateApi } from 'sigv4kit';
import { isProgram, readSettings, refusalOf, run } from './program';
import { accessTokenOf, type SignIn, signInRequest } from './sign-in';

/** The access token of an employee. */
export const signIn = async (region: string, who: SignIn, send: typeof fetch = fetch): Promise<string> =>
  accessTokenOf(await send(`https://cognito-idp.${region}.amazonaws.com/`, signInRequest(who)));

/** Asks for the URL of a profile; without a token, as nobody. */
export function askForUrl(
  api: PrivateApiOptions,
  profile: string,
  token: string | undefined,
  send: typeof fetch = fetch,
): Promise<Response> {
  const { url, headers } = privateApi(api);
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  return send(`${url}/${encodeURIComponent(profile)}`, { headers: { ...headers, ...authorization } });
}

async function main(): Promise<string> {
  const { AWS_REGION, API_ID, CLIENT_ID, EMPLOYEE, EMPLOYEE_PASSWORD } = readSettings({
    AWS_REGION: 'the region of the API, such as us-east-1',
    API_ID: 'the id of the private API, an output of the stack',
    CLIENT_ID: 'the id of the app client, an output of the stack',
    EMPLOYEE: 'whose account it is, which is also the name of the Studio profile',
    EMPLOYEE_PASSWORD: 'the password of that account',
  });
  const api = {
    apiId: API_ID,
    region: AWS_REGION,
    stage: process.env.STAGE || 'dev',
    // An id is the alias form, a DNS name that one; without either, private DNS has to lead there.
    vpcEndpoint: process.env.VPC_ENDPOINT || undefined,
  };
  const token = await signIn(AWS_REGION, { clientId: CLIENT_ID, username: EMPLOYEE, password: EMPLOYEE_PASSWORD });
  const response = await askForUrl(api, process.argv[2] ?? EMPLOYEE, token);
  if (!response.ok) throw await refusalOf(response);
  const { url } = (await response.json()) as { url: string };
  return url;
}

if (isProgram(import.meta.url)) await run(main);
