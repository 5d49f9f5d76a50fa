/** Reads a call of a client that leaves nothing between itself and Node: it sends a Host of its own, and text without a type. */
import type { RequestBody } from '../client/body-kinds';
import type { OpenSigner } from '../client/open-signer';
import type { ReadRequest } from '../client/request';
import { valueIn } from './header-pairs';

/** A call, with headers as pairs. */
export interface NodeCall {
  /** Relative to the signer's endpoint, or absolute. */
  readonly url: string | URL;
  readonly method: string;
  readonly headers: [name: string, value: string][];
  readonly body: RequestBody;
}

/** The call as the signer reads it; rejects as `Signer.sign` does. */
export async function readNodeCall(signer: Pick<OpenSigner, 'read'>, call: NodeCall): Promise<ReadRequest> {
  const request = await signer.read(call, true);
  // Unlike fetch, which gives text a type.
  if (typeof call.body === 'string' && valueIn(call.headers, 'content-type') === undefined)
    request.headers.delete('content-type');
  return request;
}
