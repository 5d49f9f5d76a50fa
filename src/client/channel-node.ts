/** Node's own way to watch a library: a diagnostics channel for each kind of event. */
import type { channel as openChannel } from 'node:diagnostics_channel';

type Channel = ReturnType<typeof openChannel>;

let open: typeof openChannel | undefined;
const channels = new Map<string, Channel>();

/** The channel `sigv4kit:<type>` where somebody listens; undefined where nobody does, and on Node before 20.16. */
export function listener(type: string): ((event: object) => void) | undefined {
  const found = channels.get(type) ?? openOnce(type);
  return found?.hasSubscribers ? (event) => found.publish(event) : undefined;
}

/** Not imported: who never makes a call never loads it. */
function openOnce(type: string): Channel | undefined {
  open ??= process.getBuiltinModule?.('node:diagnostics_channel')?.channel;
  const found = open?.(`sigv4kit:${type}`);
  if (found) channels.set(type, found);
  return found;
}
