/** The parts that not every call needs, where loading them costs nothing: they are in the same file. */
export { presignQuery } from '../core/presign-query';
export { parseHost } from '../endpoint/hosts';
export { openOnce, planBody } from './outgoing';
export { readPlatformBody } from './platform-body';
