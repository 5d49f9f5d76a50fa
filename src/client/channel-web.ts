/** There are no diagnostics channels on the web. */
import type * as node from './channel-node';

export const listener: typeof node.listener = () => undefined;
