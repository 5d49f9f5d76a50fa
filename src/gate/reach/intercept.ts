/** Leads every HTTP client of the process to gates, until that is undone. What is patched for it is patched once. */
import { leadClientRequests } from './client-requests';
import { leadGlobalDispatchers } from './global-dispatchers';
import type { Lead } from './lead';

/** Those in force, latest first; an object each, so that the same lead may be there twice. */
const active: { readonly lead: Lead }[] = [];
let restore: (() => void) | undefined;

const find = (host: string): Lead | undefined => active.find(({ lead }) => lead.leads(host))?.lead;

/**
 * The latest goes before the earlier ones. Returns the undo, which may be called more than once and in any order. Throws
 * `ERR_SIGV4_INVALID_OPTION` when the package `@mswjs/interceptors` is not installed.
 */
export function intercept(lead: Lead): () => void {
  restore ??= patch();
  const entry = { lead };
  active.unshift(entry);
  return () => {
    const at = active.indexOf(entry);
    if (at < 0) return;
    active.splice(at, 1);
    if (active.length > 0) return;
    restore?.();
    restore = undefined;
  };
}

function patch(): () => void {
  const undos = [leadClientRequests(find), leadGlobalDispatchers(find)];
  return () => {
    for (const undo of undos.reverse()) undo();
  };
}
