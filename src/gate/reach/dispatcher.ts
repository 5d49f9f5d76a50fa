/** A dispatcher of undici whose hosts of AWS are at a gate. */
import type { Lead } from './lead';
import { leadDispatcher } from './lead-dispatch';
import { loadPeer } from './peers';

type Undici = typeof import('undici');
type Dispatcher = InstanceType<Undici['Agent']>;

/** Throws `ERR_SIGV4_INVALID_OPTION` when the package `undici` is not installed. `end` cuts what it has under way. */
export function createDispatcher(lead: Lead): { readonly dispatcher: Dispatcher; end(): Promise<void> } {
  const { Agent } = loadPeer<Undici>('undici', 'gate.dispatcher()');
  const agent = new Agent();
  const dispatcher = leadDispatcher(agent as never, (host) => (lead.leads(host) ? lead : undefined)) as Dispatcher;
  return { dispatcher, end: () => agent.destroy() };
}
