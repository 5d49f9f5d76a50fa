/** In pages and workers there is nothing of Node; see `node-modules.ts`. */
import type * as node from './node-modules';

export const nodeModule: typeof node.nodeModule = () => undefined;

export const toBuffer: typeof node.toBuffer = (bytes) => bytes;

export const isNode: typeof node.isNode = () => false;
