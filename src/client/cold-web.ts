/** The parts that not every call needs, each a chunk of its own: a page that never presigns never loads the code for it. */
import type * as cold from './cold-node';

type Later<F extends (...args: never[]) => unknown> = (...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>;

export const presignQuery: Later<typeof cold.presignQuery> = async (...args) =>
  (await import('../core/presign-query')).presignQuery(...args);

export const parseHost: Later<typeof cold.parseHost> = async (...args) =>
  (await import('../endpoint/hosts')).parseHost(...args);

export const readPlatformBody: Later<typeof cold.readPlatformBody> = async (...args) =>
  (await import('./platform-body')).readPlatformBody(...args);

export const planBody: Later<typeof cold.planBody> = async (...args) => (await import('./outgoing')).planBody(...args);

export const openOnce: Later<typeof cold.openOnce> = async (...args) => (await import('./outgoing')).openOnce(...args);
