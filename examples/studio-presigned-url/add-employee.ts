/**
 * Gives an employee an account in the user pool, under the name of the employee's Studio profile: what an administrator runs.
 * Both requests are signed with the administrator's keys.
 */
import { createSignedFetch } from 'sigv4kit';
import { isProfileName } from './functions/profile-name';
import { isProgram, readSettings, run } from './program';

export interface Employee {
  readonly region: string;
  readonly userPoolId: string;
  readonly username: string;
  /** As the pool's rules ask for. It is the employee's own from the start: nobody is asked to change it. */
  readonly password: string;
}

/** `signedFetch` is that of the administrator. */
export async function addEmployee(signedFetch: typeof fetch, employee: Employee): Promise<void> {
  const { region, userPoolId, username, password } = employee;
  if (!isProfileName(username)) throw new Error(`"${username}" cannot be the name of a Studio profile.`);
  const user = { UserPoolId: userPoolId, Username: username };
  // There is no address to write to: whoever runs this tells the employee.
  await ask('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' });
  await ask('AdminSetUserPassword', { ...user, Password: password, Permanent: true });

  async function ask(operation: string, input: object): Promise<void> {
    const response = await signedFetch(`https://cognito-idp.${region}.amazonaws.com/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    });
    if (response.ok) return;
    const { __type = response.status, message } = await response.json();
    throw new Error(`${operation}: ${String(__type).split('#').pop()}: ${message}`);
  }
}

async function main(): Promise<string> {
  const username = process.argv[2];
  if (!username) throw new Error('Say who: npx tsx add-employee.ts NAME, the name of a Studio profile.');
  const { AWS_REGION, USER_POOL_ID, NEW_PASSWORD } = readSettings({
    AWS_REGION: 'the region of the user pool, such as us-east-1',
    USER_POOL_ID: 'the id of the user pool, an output of the stack',
    NEW_PASSWORD: 'what the employee is to sign in with',
  });
  const employee = { region: AWS_REGION, userPoolId: USER_POOL_ID, username, password: NEW_PASSWORD };
  await addEmployee(createSignedFetch(), employee);
  return `${username} can sign in.`;
}

if (isProgram(import.meta.url)) await run(main);
