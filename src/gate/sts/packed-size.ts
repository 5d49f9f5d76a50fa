/** What a session's policy and tags may take. STS packs them in a way that is not documented, and neither is the limit. */
import { type StsRefusal, stsRefusal } from './sts-answers';

/** Characters that the session policies of one call may have in all. */
export const MAX_POLICY = 2048;
/** Bytes of policy and tags, those inherited too. Unconfirmed; it keeps a token within the headers that servers take. */
const ROOM = 4096;

/** What a call brings that is packed. */
interface Contents {
  readonly policyText: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Percent of the room that is taken, more than 100 for what has no place; undefined for a call with nothing to pack. */
export function packedSize({ policyText, tags }: Contents): number | undefined {
  const texts = [...Object.entries(tags).flat(), ...(policyText === undefined ? [] : [policyText])];
  return texts.length === 0 ? undefined : Math.ceil((100 * Buffer.byteLength(texts.join(''))) / ROOM);
}

/** The refusal of a call whose policy and tags have no place. */
export function sizeFault(call: Contents): StsRefusal | undefined {
  const percent = packedSize(call) ?? 0;
  return percent > 100 ? tooLarge(percent) : undefined;
}

/** Unconfirmed: the text. */
export const tooLarge = (percent: number): StsRefusal =>
  stsRefusal(
    400,
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
