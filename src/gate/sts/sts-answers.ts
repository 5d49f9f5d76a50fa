/**
 * What STS answers, in XML: results, and refusals in its codes and texts. Observed replies unless marked "unconfirmed".
 */
import type { Refusal } from '../../verify/refusal';
import type { Arrival, Ruling } from '../arrival';
import { deniedRuling } from '../policy/denied-ruling';
import type { Denied } from '../policy/judgement';
import { type Reply, textReply } from '../reply';
import { wordSignature } from '../signature-refusals';

/** A refusal of STS. */
export interface StsRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What decided, for the log; default: the code. */
  readonly reason?: string | undefined;
  /** Which policies refused, for the log. */
  readonly denied?: Denied | undefined;
  /** What an identity provider threw. */
  readonly cause?: unknown;
}

/** A refusal, of which the code is the reason. */
export const stsRefusal = (status: number, code: string, message: string): StsRefusal => ({ status, code, message });
/** The refusal of a parameter. */
export const validationError = (message: string): StsRefusal => stsRefusal(400, 'ValidationError', message);

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** What XML 1.0 cannot write at all. */
const UNWRITABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escapeText = (text: string) =>
  text.replace(UNWRITABLE, '\ufffd').replace(/[&<>"']/g, (character) => ESCAPES[character] as string);

/** Elements as they are told: a text, a number, elements inside it, or nothing for undefined. */
export interface Elements {
  readonly [name: string]: string | number | Elements | undefined;
}

function toXml(elements: Elements): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      if (value === undefined) return '';
      return `<${name}>${typeof value === 'object' ? toXml(value) : escapeText(String(value))}</${name}>`;
    })
    .join('');
}

const xmlReply = (status: number, root: string, content: Elements, requestId: string): Reply =>
  textReply(status, 'text/xml', `<${root} xmlns="${NAMESPACE}">${toXml(content)}</${root}>\n`, {
    'x-amzn-RequestId': requestId,
  });

/** The result of an action. */
export function stsAnswer({ requestId }: Arrival, action: string, result: Elements, principal?: string): Ruling {
  const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return { outcome: 'answered', principal, reply: xmlReply(200, `${action}Response`, content, requestId) };
}

/** A refusal as a ruling. */
export function refuseInXml({ requestId }: Arrival, refusal: StsRefusal, principal?: string): Ruling {
  const { reason = refusal.code, denied, cause } = refusal;
  return {
    outcome: 'refused',
    reason,
    ...(denied && deniedRuling(denied)),
    principal,
    cause,
    reply: errorReply(refusal, requestId),
  };
}

/** A refusal as a reply. */
export function errorReply({ status, code, message }: StsRefusal, requestId: string): Reply {
  const Type = status < 500 ? 'Sender' : 'Receiver';
  const content = { Error: { Type, Code: code, Message: message }, RequestId: requestId };
  return xmlReply(status, 'ErrorResponse', content, requestId);
}

/** STS says of a signature what API Gateway says, under names of its own. */
const CODES: Record<string, readonly [code: string, status: number]> = {
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 400],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
};

/** The refusal of a request whose signature does not hold. */
export function wordStsSignature(refusal: Refusal, authorization: string | undefined): StsRefusal {
  const reason = refusal.code;
  if (refusal.code === 'ERR_SIGV4_MISSING_AUTHENTICATION') {
    return { ...stsRefusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'), reason };
  }
  const { errorType, message } = wordSignature(refusal, authorization);
  // Unconfirmed: the code for a request that cannot be read.
  const [code, status] = CODES[errorType] ?? ['ValidationError', 400];
  // Unconfirmed: that STS leaves the canonical string out, which would give away the session token.
  return { ...stsRefusal(status, code, message.split('\n\n')[0]?.trimEnd() as string), reason };
}
