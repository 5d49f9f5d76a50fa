/** Loads the packages that only some uses of the gate need; nobody else has to install them. */
import { createRequire } from 'node:module';
import { SigV4Error } from '../../errors';

let load: NodeJS.Require | undefined;

/** A package, at once; throws `ERR_SIGV4_INVALID_OPTION`, which names it and who needs it, when it cannot be loaded. */
export function loadPeer<T>(name: string, user: string): T {
  // The build for CommonJS has a file name where that for modules has a URL.
  load ??= createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
  try {
    return load(name) as T;
  } catch (cause) {
    const [, root] = /^((?:@[^/]+\/)?[^/]+)/.exec(name) ?? [];
    throw new SigV4Error(
      'ERR_SIGV4_INVALID_OPTION',
      `${user} needs the package ${root}, which cannot be loaded: install it (npm install --save-dev ${root}).`,
      { cause },
    );
  }
}
