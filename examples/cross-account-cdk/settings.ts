/** What differs from one deployment to another: accounts, region, and the API's id once there is one. Checked, with words that help. */

export interface Settings {
  /** Where the API stands. */
  readonly apiAccount: string;
  /** Whose function calls it. */
  readonly clientAccount: string;
  readonly region: string;
  /** Known when ApiStack has been deployed; without it ClientStack cannot be. */
  readonly apiId: string | undefined;
  /** What the names of the admitted roles of the client account begin with. Without it: all who are in that account. */
  readonly clientRole: string | undefined;
}

type Read = (name: string) => unknown;

/** `-c apiAccount=…` goes before the variable `API_ACCOUNT`, and so on. Throws an Error that says what is missing or wrong. */
export function readSettings(context: Read, environment: NodeJS.ProcessEnv): Settings {
  /** A variable that is set to nothing is not set. */
  function read(name: string, variable: string, pattern: RegExp, what: string): string | undefined {
    const value = context(name) ?? (environment[variable] || undefined);
    if (value === undefined || (typeof value === 'string' && pattern.test(value))) return value;
    throw new Error(`${variable} (or -c ${name}=…) is ${JSON.stringify(value)}, and not ${what}.`);
  }
  function account(name: string, variable: string): string {
    const id = read(name, variable, /^\d{12}$/, 'an account id of 12 digits');
    if (id !== undefined) return id;
    throw new Error(`${variable} is not set: the id of an account, 12 digits. Or pass -c ${name}=….`);
  }
  return {
    apiAccount: account('apiAccount', 'API_ACCOUNT'),
    clientAccount: account('clientAccount', 'CLIENT_ACCOUNT'),
    region: read('region', 'AWS_REGION', /^[a-z]+(-[a-z]+)+-\d$/, 'a region such as us-east-1') ?? 'us-east-1',
    apiId: read('apiId', 'API_ID', /^[a-z0-9]{10}$/, 'the id of an API, 10 lower-case letters and digits'),
    clientRole: read('clientRole', 'CLIENT_ROLE', /^[\w+=,.@-]{1,64}$/, 'the name of a role, or the beginning of one'),
  };
}
