/** What the routes of a WebSocket API are given and give back. */

/**
 * What it throws of `$connect` refuses the connection with 502; of any other route the client is told of an internal server
 * error. It becomes a `cause` in the log.
 */
export type WebSocketHandler = (event: WebSocketEvent) => WebSocketResult | Promise<WebSocketResult>;

/**
 * A status from 200 to 299 accepts `$connect`, any other is the answer to the client; the body of every other route goes back
 * to the client, whatever the status. Nothing at all does only for `$disconnect`: elsewhere it is malformed, as on AWS.
 */
export type WebSocketResult = WebSocketAnswer | undefined;

/** The body goes to the client as one message of text; an empty one is none. */
export interface WebSocketAnswer {
  readonly statusCode: number;
  /** Of `$connect` alone: `Sec-WebSocket-Protocol` is the subprotocol that is spoken. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** Parts that a route does not have are absent. */
export interface WebSocketEvent {
  /** Of `$connect` and `$disconnect`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Of `$connect`, where the URL has a query. */
  readonly queryStringParameters?: Readonly<Record<string, string>> | undefined;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  readonly requestContext: {
    /** `$connect`, `$disconnect`, `$default`, or a key of the API's own. */
    readonly routeKey: string;
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    readonly messageDirection: 'IN';
    /** Of a message. */
    readonly messageId?: string | undefined;
    /** Of `$disconnect`: the code and reason of the closing handshake; 1006 for a connection that broke. */
    readonly disconnectStatusCode?: number | undefined;
    readonly disconnectReason?: string | undefined;
    readonly connectionId: string;
    /** Milliseconds since the epoch. */
    readonly connectedAt: number;
    readonly apiId: string;
    readonly domainName: string;
    readonly stage: string;
    readonly requestId: string;
    readonly extendedRequestId: string;
    /** `12/Mar/2020:19:03:58 +0000` */
    readonly requestTime: string;
    readonly requestTimeEpoch: number;
    /** Who connected: `sourceIp` and `userAgent`, and of a caller who signed `accessKey`, `accountId`, `caller`, `user`, `userArn`. */
    readonly identity: Readonly<Record<string, string>>;
    /** What an authorizer said of the caller. */
    readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
  };
  /** Of a message. */
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}
