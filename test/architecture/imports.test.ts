/** The arrows between the rooms point down, and a third-party package is imported by one file. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));

/** What each room may import. A door (a file right below src) may import any room. */
const ROOMS: Record<string, readonly string[]> = {
  errors: [],
  types: [],
  hash: [],
  core: ['errors', 'types', 'hash', '#hash'],
  endpoint: ['errors'],
  credentials: ['errors', 'types', 'core', 'endpoint', '#environment', '#hash'],
  client: ['errors', 'types', 'core', 'credentials', 'endpoint', '#environment', '#cold', '#channel'],
  adapters: ['#node-modules', 'errors', 'types', 'core', 'client', 'endpoint'],
  presets: ['errors', 'types', 'client', 'endpoint'],
  verify: ['errors', 'types', 'core', '#hash'],
  gate: ['errors', 'types', 'core', 'verify', 'endpoint'],
};
/** The ports that a build fills in, and the files that fill them. */
const PORTS: Record<string, string[]> = {
  '#hash': ['hash/node.ts', 'hash/web.ts'],
  '#environment': ['credentials/environment-node.ts', 'credentials/environment-web.ts'],
  '#cold': ['client/cold-node.ts', 'client/cold-web.ts'],
  '#channel': ['client/channel-node.ts', 'client/channel-web.ts'],
  '#node-modules': ['adapters/node-modules.ts', 'adapters/node-modules-web.ts'],
};
const THIRD_PARTY: Record<string, string | readonly string[]> = {
  '@aws-crypto/sha256-universal': 'hash/portable.ts',
  '@aws-sdk/credential-provider-node': 'credentials/default-chain.ts',
  '@aws-sdk/client-sts': 'credentials/environment-node.ts',
  axios: 'adapters/axios-package.ts',
  got: 'adapters/got-package.ts',
  jose: 'gate/api-gateway/authorizers/json-web-tokens.ts',
  ws: 'gate/web-sockets/sockets.ts',
  // The second its types alone.
  undici: ['gate/reach/dispatcher.ts', 'adapters/undici-package.ts'],
  '@smithy/protocol-http': 'adapters/smithy-request.ts',
  '@smithy/signature-v4': 'adapters/smithy-request.ts',
  '@mswjs/interceptors': 'gate/reach/client-requests.ts',
  '@mswjs/interceptors/ClientRequest': 'gate/reach/client-requests.ts',
  '@mswjs/interceptors/utils/node': 'gate/reach/client-requests.ts',
  '@peculiar/x509': 'gate/reach/certificates.ts',
};

/** What may name a module of Node: the gate, and what only the node build has. */
const NODE_ONLY = [
  'gate/',
  'hash/node.ts',
  'credentials/environment-node.ts',
  'client/channel-node.ts',
  // Its types.
  'adapters/node-modules.ts',
  'adapters/node-http.ts',
];

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const importsOf = (file: string) =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^(?:import|export|\}) .*?from '([^']+)'|^import '([^']+)'|import\((?:\/\*.*?\*\/ )*'([^']+)'\)/gm,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3]) as string);

/** The room of a file, or the name of a file that stands alone below src. */
const roomOf = (file: string) => file.split(sep)[0]?.replace(/\.ts$/, '') as string;
const targetOf = (file: string, specifier: string) =>
  specifier.startsWith('.') ? roomOf(relative(root, normalize(join(root, dirname(file), specifier)))) : specifier;

describe('imports', () => {
  const inRooms = files.filter((file) => file.includes(sep) || ['errors.ts', 'types.ts'].includes(file));

  test.each(inRooms)('%s imports only what lies below it', (file) => {
    const room = roomOf(file);
    const allowed = ROOMS[room];
    expect(allowed, `the room ${room} has no row`).toBeDefined();
    for (const specifier of importsOf(file)) {
      const target = targetOf(file, specifier);
      if (specifier.startsWith('node:'))
        expect(
          NODE_ONLY.some((part) => file.startsWith(part)),
          `${file} imports ${specifier}`,
        ).toBe(true);
      else if (!specifier.startsWith('.') && !specifier.startsWith('#'))
        expect([THIRD_PARTY[specifier]].flat(), `${file} imports ${specifier}`).toContain(file);
      else if (target !== room) expect(allowed, `${file} imports ${specifier}`).toContain(target);
    }
  });

  test('no two files import each other, over any number of files', () => {
    const graph = new Map(
      files.map((file) => [file, importsOf(file).flatMap((specifier) => resolve(file, specifier))]),
    );
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      expect(path, `a cycle: ${[...path, file].join(' > ')}`).not.toContain(file);
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
  });
});

function resolve(file: string, specifier: string): string[] {
  if (specifier in PORTS) return PORTS[specifier] as string[];
  if (!specifier.startsWith('.')) return [];
  const target = relative(root, normalize(join(root, dirname(file), `${specifier}.ts`)));
  return files.includes(target) ? [target] : [];
}
