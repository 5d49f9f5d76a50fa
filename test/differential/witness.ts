/** What a signer made of a request, in one form for all of them. */
export interface Testimony {
  /** Where the signer lets it be seen. */
  readonly canonicalRequest?: string;
  readonly stringToSign?: string;
  readonly signature: string;
  /** The Authorization header, or what presigning added to the query. */
  readonly delivered?: string;
}

/** A signer that will not sign the request, or has no way to be given it. */
export interface Declined {
  readonly declined: string;
}

export const hasDeclined = (answer: Testimony | Declined): answer is Declined => 'declined' in answer;

const ADDED = /^X-Amz-(?:Algorithm|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)=/;

/** The testimony of a presigned query. */
export function readPresigned(query: string): Pick<Testimony, 'signature'> & { delivered: string } {
  const added = query.split('&').filter((piece) => ADDED.test(piece));
  const signature = added.find((piece) => piece.startsWith('X-Amz-Signature='))?.slice(16) ?? '';
  return { signature, delivered: added.sort().join('\n') };
}
