/** What the refusals of STS and Cognito Identity mean: our code, and whether the same call may succeed a little later. */
import { SigV4Error, type SigV4ErrorCode } from '../errors';

/** A refusal in the service's own words. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
}

export interface Meaning {
  readonly code: SigV4ErrorCode;
  readonly isPassing: boolean;
}

/** Sources: the models of STS and Cognito Identity in botocore; the common errors of the query and JSON protocols. */
const MEANINGS: readonly (readonly [code: SigV4ErrorCode, ...names: string[]])[] = [
  ['ERR_SIGV4_ACCESS_DENIED', 'AccessDenied', 'AccessDeniedException', 'NotAuthorizedException'],
  ['ERR_SIGV4_EXPIRED_CREDENTIALS', 'ExpiredToken', 'ExpiredTokenException'],
  [
    'ERR_SIGV4_REJECTED_CREDENTIALS',
    'InvalidClientTokenId',
    'UnrecognizedClientException',
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'IncompleteSignature',
    'MissingAuthenticationToken',
  ],
  ['ERR_SIGV4_INVALID_IDENTITY_TOKEN', 'InvalidIdentityToken', 'IDPRejectedClaim'],
  [
    'ERR_SIGV4_INVALID_OPTION',
    'ValidationError',
    'ValidationException',
    'MalformedPolicyDocument',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLarge',
    'PackedPolicyTooLargeException',
    'InvalidParameterException',
    'ResourceNotFoundException',
    'RegionDisabledException',
    'NoSuchEntity',
    'InvalidArgument',
  ],
  [
    'ERR_SIGV4_THROTTLED',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'TooManyRequestsException',
    'SlowDown',
  ],
  [
    'ERR_SIGV4_SERVICE_UNAVAILABLE',
    'IDPCommunicationError',
    'IDPCommunicationErrorException',
    'InternalFailure',
    'InternalError',
    'InternalErrorException',
    'ServiceUnavailable',
    'ExternalServiceException',
    'RequestTimeout',
  ],
];

const PASSING = new Set<SigV4ErrorCode>(['ERR_SIGV4_THROTTLED', 'ERR_SIGV4_SERVICE_UNAVAILABLE']);

/** A fault of the moment; 501 and the like are for ever. */
export const isPassingStatus = (status: number): boolean => [500, 502, 503, 504].includes(status);

/** What a refusal means. `hasToken`: an identity token went with the call, in place of a signature. */
export function meaningOf({ code, message }: Refusal, status: number, hasToken: boolean): Meaning {
  const found = MEANINGS.find(([, ...names]) => names.includes(code))?.[0];
  const byStatus =
    status === 429
      ? 'ERR_SIGV4_THROTTLED'
      : isPassingStatus(status)
        ? 'ERR_SIGV4_SERVICE_UNAVAILABLE'
        : 'ERR_SIGV4_SERVICE_REFUSED';
  const meant = found ?? byStatus;
  const isOfToken =
    hasToken &&
    (meant === 'ERR_SIGV4_EXPIRED_CREDENTIALS' ||
      // Cognito has one name for a token it does not take and for a guest it does not admit.
      (code === 'NotAuthorizedException' && /token|logins/i.test(message)));
  return { code: isOfToken ? 'ERR_SIGV4_INVALID_IDENTITY_TOKEN' : meant, isPassing: PASSING.has(meant) };
}

/** A refusal of the time a call was signed at. */
export const isOfTime = ({ code, message }: Refusal): boolean =>
  code === 'RequestExpired' || /^Signature (?:expired|not yet current): /.test(message);

/** The refusal as an error; `secrets` are what was sent and must not come back in a message. */
export function refusalError(
  what: string,
  refusal: Refusal,
  status: number,
  code: SigV4ErrorCode,
  secrets: readonly string[],
): SigV4Error {
  const [name = 'unknown', requestId] = [refusal.code, refusal.requestId].map((word) =>
    word !== undefined && PLAIN_WORD.test(word) ? hide(word, secrets) : undefined,
  );
  // A signature mismatch goes on with the canonical request, token and all.
  const [firstLine = ''] = refusal.message.slice(0, 10_000).split('\n', 1);
  const message = hide(firstLine, secrets)
    .replace(/[\0-\x1f\x7f]/g, ' ')
    .slice(0, 1000);
  const cause = Object.assign(new Error(message), { name, status, requestId });
  return new SigV4Error(
    code,
    `Could not ${what}: ${name}${message && `: ${message}`}${requestId ? ` (request ${requestId})` : ''}`,
    {
      cause,
    },
  );
}

/** What codes and request ids are made of. */
const PLAIN_WORD = /^[\w.:-]{1,128}$/;
/** Shorter ones are words like any other, and hiding them would spoil the message. */
const SHORTEST_SECRET = 8;

/** The text without the secrets, as they are and as a form or URL writes them. */
function hide(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    const form = new URLSearchParams([['', secret]]).toString().slice(1);
    for (const spelling of [secret, encodeURIComponent(secret), form]) shown = shown.replaceAll(spelling, '(hidden)');
  }
  return shown;
}
