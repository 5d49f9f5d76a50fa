/** What Node has, for adapters that run elsewhere too; the web build has `node-modules-web.ts` in its place. */

interface NodeModules {
  http: Pick<typeof import('node:http'), 'request'>;
  https: Pick<typeof import('node:https'), 'request'>;
  stream: Pick<typeof import('node:stream'), 'Readable' | 'PassThrough'>;
}

/** Loaded when it is asked for; undefined before Node 20.16. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}

/** As `Buffer`, which clients of Node know where they do not know other bytes. */
export const toBuffer = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  typeof Buffer === 'function' ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;

/** Whether axios finds itself on Node, by the test that it makes. */
export const isNode = (): boolean => Object.prototype.toString.call(globalThis.process) === '[object process]';
