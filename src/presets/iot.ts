/** AWS IoT Core: MQTT over WebSockets. */
import { hostnameOf, type PresetOptions, signerFor } from './options';

/** Which endpoint. */
export interface IotMqttUrlOptions extends PresetOptions {
  /** The data endpoint of the account, as `describe-endpoint --endpoint-type iot:Data-ATS` gives it: without scheme, port and path. */
  readonly endpoint: string;
  /** Seconds in which a connection can be opened, 1 to 604800. Default 3600. */
  readonly expiresIn?: number | undefined;
}

/**
 * A `wss:` URL to speak MQTT with AWS IoT Core, for a WebSocket of the subprotocol `mqtt`, on port 443. Whoever holds it
 * can connect until it ends, or the credentials do. The session token is its last parameter and is not signed, unlike for
 * other services.
 *
 * Rejects with `ERR_SIGV4_INVALID_OPTION` and `ERR_SIGV4_INVALID_EXPIRES`, and as `presign` of a signer does.
 *
 * The rule: https://docs.aws.amazon.com/iot/latest/developerguide/iam-users-groups-roles.html
 *
 * @example
 * const url = await iotMqttUrl({ endpoint: 'a1b2c3-ats.iot.us-east-1.amazonaws.com' });
 * const socket = new WebSocket(url, 'mqtt');
 */
export async function iotMqttUrl(options: IotMqttUrlOptions): Promise<URL> {
  const endpoint = hostnameOf('endpoint', options?.endpoint);
  return signerFor('iotdevicegateway', options).presign(`wss://${endpoint}/mqtt`, {
    expiresIn: options.expiresIn,
    signal: options.signal,
  });
}
