/** Our own signature of a generated request, as the witnesses give theirs. */
import { presignQuery, signHeaders } from 'sigv4kit/core';
import type { Sample } from './generate';
import { readPresigned, type Testimony } from './witness';

export async function signOurselves({ form, request, context }: Sample): Promise<Testimony> {
  if (form === 'header') {
    const { canonicalRequest, stringToSign, signature, authorization } = await signHeaders(request, context);
    return { canonicalRequest, stringToSign, signature, delivered: authorization };
  }
  const { canonicalRequest, stringToSign, signature, query } = await presignQuery(request, context);
  return { canonicalRequest, stringToSign, signature, delivered: readPresigned(query).delivered };
}
