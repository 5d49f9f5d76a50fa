/**
 * What opening a presigned URL of SageMaker Studio comes to. AWS judges the creator's right to create it again at each request,
 * by where that comes from; the gate does so at the one request that it answers. It has no Studio, but a page that says who is in.
 */
import { partitionOf } from '../../endpoint/partitions';
import type { Arrival, Ruling } from '../arrival';
import { deniedRuling } from '../policy/denied-ruling';
import type { Realm } from '../realm';
import { textReply } from '../reply';
import { notEmulatedBy } from '../service-forms';
import type { Passage } from '../vpc-endpoints/endpoint-index';
import { readServiceName } from '../vpc-endpoints/service-names';
import { judgePresigned } from './judge-presigned';
import { creatorOf, readToken, type StudioToken } from './studio-tokens';

/** A request to the host of a domain, `d-….studio.{region}.sagemaker.aws`. */
export interface StudioCall {
  readonly service: 'studio';
  /** What the policies are asked for. */
  readonly action: 'CreatePresignedDomainUrl';
  readonly region: string | undefined;
}

/** Where people sign in, by partition. Unconfirmed: the path, and all but the commercial one. */
const SIGN_IN: Readonly<Record<string, string>> = {
  'aws-cn': 'https://signin.amazonaws.cn/console',
  'aws-us-gov': 'https://signin.amazonaws-us-gov.com/console',
};

/** Rules on a request to a domain. */
export function ruleOnStudio(
  realm: Realm,
  arrival: Arrival,
  { region }: StudioCall,
  passage: Passage | undefined,
): Ruling {
  const { method, path, query } = arrival.request;
  const name = readServiceName(arrival.host);
  // Unconfirmed: the answer to a name that is none of a domain, or of one that is not in the region of the endpoint.
  if (name?.service !== 'studio' || name.isEndpoint || name.region !== region)
    return say(404, 'Not Found', { reason: 'no-domain' });
  if (path !== '/auth' || (method !== 'GET' && method !== 'HEAD'))
    return notEmulatedBy('studio', `${method} ${path.slice(0, 100)} of SageMaker Studio`, arrival.requestId);
  const token = readToken(realm, new URLSearchParams(query).get('token') ?? '');
  const principal = token && creatorOf(realm, token, partitionOf(name.region).name);
  const owner = token && realm.studio.get(token.domainId);
  // Unconfirmed: status and text.
  if (!principal || !owner || token.domainId !== name.label || owner.domain.region !== name.region)
    return say(403, 'Invalid auth token', { reason: 'token' });
  const { arn } = principal;
  if (token.expiration <= arrival.now) return leadToSignIn(name.region, arn);

  const { accountId } = owner;
  const profile = { region: name.region, accountId, domainId: owner.id, userProfile: token.userProfile };
  const judgement = judgePresigned(realm.world, arrival, principal, profile, passage);
  // An observed text. Unconfirmed: the status.
  if (!judgement.allowed)
    return {
      ...say(403, 'Auth token containing insufficient permissions'),
      ...deniedRuling(judgement),
      principal: arn,
    };
  return { ...welcome(token), principal: arn, statement: judgement.statement };
}

const say = (status: number, text: string, ruling: Partial<Ruling> = {}): Ruling => ({
  outcome: 'refused',
  ...ruling,
  reply: textReply(status, 'text/plain', text),
});

/** As the documentation has it: "you are directed to the AWS console sign-in page". */
function leadToSignIn(region: string, principal: string): Ruling {
  const Location = SIGN_IN[partitionOf(region).name] ?? 'https://signin.aws.amazon.com/console';
  return { outcome: 'refused', reason: 'expired', principal, reply: textReply(302, 'text/plain', '', { Location }) };
}

/** The names stand in the page as they are: their patterns leave nothing of HTML in them. */
function welcome({ domainId, userProfile, space }: StudioToken): Ruling {
  const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>SageMaker Studio (sigv4kit gate)</title></head>
<body>
<h1>SageMaker Studio</h1>
<p>Domain: ${domainId}</p>
<p>User profile: ${userProfile}</p>
${space === undefined ? '' : `<p>Space: ${space}</p>\n`}<p>This page is the gate's of sigv4kit, which stands for AWS here. There is no Studio behind it.</p>
</body>
</html>
`;
  const reply = textReply(200, 'text/html; charset=utf-8', page, { 'Cache-Control': 'no-store' });
  return { outcome: 'answered', reply };
}
