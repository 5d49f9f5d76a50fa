/** Amazon API Gateway: the `$connect` of a WebSocket API. */
import { SigV4Error } from '../errors';
import { type PresetOptions, signerFor } from './options';

/** How a connection is signed. */
export interface WebSocketUrlOptions extends PresetOptions {
  /** Seconds in which the connection can be opened, 1 to 604800. Default 300. */
  readonly expiresIn?: number | undefined;
}

/**
 * A signed URL of a WebSocket API of Amazon API Gateway, for sockets that cannot send headers, as those of browsers. `url`
 * is that of the stage, `wss://{api}.execute-api.{region}.amazonaws.com/{stage}`, or of a custom domain (which needs the
 * option `region`); its query is kept and signed. Whoever holds it can connect until it ends, or the credentials do.
 *
 * Rejects with `ERR_SIGV4_INVALID_URL` for a URL of another scheme than `wss:` and `ws:`, with
 * `ERR_SIGV4_INVALID_OPTION` and `ERR_SIGV4_INVALID_EXPIRES`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
 *
 * @example
 * const socket = new WebSocket(await webSocketUrl('wss://abc123.execute-api.us-east-1.amazonaws.com/prod'));
 */
export async function webSocketUrl(url: string | URL, options?: WebSocketUrlOptions): Promise<URL> {
  const isText = typeof url === 'string' || url instanceof URL;
  if (!isText || !/^wss?:\/\//i.test(String(url))) {
    throw new SigV4Error('ERR_SIGV4_INVALID_URL', 'The URL to connect to must begin with wss:// (or ws://).');
  }
  const { expiresIn = 300, signal } = options ?? {};
  return signerFor('execute-api', options ?? {}).presign(url, { expiresIn, signal });
}
