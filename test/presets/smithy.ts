/** What `@smithy/signature-v4` makes of the URL that a preset signs: a second opinion, told the rule of each service by hand. */
import type { Credentials } from 'sigv4kit';
import { askSmithy } from '../differential/smithy';
import { sha256 } from '../differential/tell';
import { hasDeclined } from '../differential/witness';
import { instant } from '../support/keys';

export interface Rule {
  readonly service: string;
  readonly region: string;
  readonly expiresIn: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The path is signed as it is, and the body is not. */
  readonly asS3?: boolean;
  /** The token is appended after signing. */
  readonly tokenLast?: boolean;
}

/** The signature over a URL as it stood before it was signed. */
export async function signatureBySmithy(url: string, credentials: Credentials, rule: Rule): Promise<string> {
  const [, host = '', path = '', query = ''] = /^\w+:\/\/([^/]+)([^?]*)\??(.*)$/.exec(url) ?? [];
  const headers = { host, ...rule.headers };
  const answer = await askSmithy({
    ...rule,
    form: 'presigned',
    method: rule.method ?? 'GET',
    path,
    query,
    headers: Object.entries(headers),
    body: undefined,
    signed: new Set(Object.keys(headers)),
    payload: rule.asS3 ? 'UNSIGNED-PAYLOAD' : sha256(''),
    bodyIsHashed: !rule.asS3,
    hashHeader: false,
    normalize: !rule.asS3,
    doubleEncode: !rule.asS3,
    signToken: !rule.tokenLast,
    credentials,
    date: instant,
  });
  if (hasDeclined(answer)) throw new Error(answer.declined);
  return answer.signature;
}

/** The parameters of a URL or of what follows its host, by name; those of AWS's clients come in another order. */
export const parametersOf = (text: string) => Object.fromEntries(new URLSearchParams(text.slice(text.indexOf('?'))));
