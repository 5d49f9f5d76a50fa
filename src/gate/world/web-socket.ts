/** What the routes of a WebSocket API are given and give back. */

export type WebSocketHandler = (event: WebSocketEvent) => WebSocketResult | Promise<WebSocketResult>;

/** A status below 300 accepts `$connect`; the body of any other route goes back to the client. */
export type WebSocketResult = { readonly statusCode: number; readonly body?: string | undefined } | undefined;

export interface WebSocketEvent {
  /** Of `$connect` alone. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string>> | undefined;
  readonly requestContext: {
    readonly routeKey: string;
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    readonly connectionId: string;
    readonly apiId: string;
    readonly domainName: string;
    readonly stage: string;
    readonly requestId: string;
    readonly requestTimeEpoch: number;
    readonly connectedAt: number;
    readonly identity: Readonly<Record<string, string | null>>;
    readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
  };
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}
