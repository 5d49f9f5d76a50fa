/** Modules of Node for who may run elsewhere: no import, which a bundler for pages would follow. */

interface NodeModules {
  'node:http': Pick<typeof import('node:http'), 'request'>;
  'node:https': Pick<typeof import('node:https'), 'request'>;
  'node:stream': Pick<typeof import('node:stream'), 'Readable' | 'PassThrough'>;
}

/** Undefined in pages and workers, and on Node before 20.16. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}
