import { defineConfig } from 'tsup';

const shared = {
  format: ['esm' as const, 'cjs' as const],
  target: 'es2022' as const,
  sourcemap: true,
  // Both builds write below dist; `npm run build` clears it once, before.
  clean: false,
  external: [
    '@aws-crypto/sha256-universal',
    '@aws-sdk/credential-provider-node',
    '@aws-sdk/client-sts',
    '@smithy/protocol-http',
    '@smithy/signature-v4',
    'axios',
    'jose',
    'ws',
    'undici',
    '@mswjs/interceptors',
    '@peculiar/x509',
  ],
};

interface Options {
  alias?: Record<string, string> | undefined;
  logOverride?: unknown;
  minifyWhitespace?: boolean;
  minifySyntax?: boolean;
  lineLimit?: number;
}

/** One source, two sets of ports: the node build never reaches the web's, nor the web build a `node:` module. */
const ports = (runtime: 'node' | 'web') => (options: Options) => {
  // What loads a package tells the two module systems apart itself.
  options.logOverride = { 'empty-import-meta': 'silent' };
  options.alias = {
    '#hash': `./src/hash/${runtime}.ts`,
    '#environment': `./src/credentials/environment-${runtime}.ts`,
    '#cold': `./src/client/cold-${runtime}.ts`,
    '#channel': `./src/client/channel-${runtime}.ts`,
    '#node-modules': `./src/adapters/node-modules${runtime === 'web' ? '-web' : ''}.ts`,
  };
};

const universal = {
  index: 'src/index.ts',
  core: 'src/core.ts',
  verify: 'src/verify.ts',
  presign: 'src/presign.ts',
  axios: 'src/axios.ts',
  smithy: 'src/smithy.ts',
};
/** Clients that Node alone has, and the gate. */
const nodeOnly = {
  got: 'src/got.ts',
  undici: 'src/undici.ts',
  http: 'src/http.ts',
  gate: 'src/gate.ts',
  'gate-join': 'src/gate-join.ts',
};

export default defineConfig([
  {
    ...shared,
    entry: { ...universal, ...nodeOnly },
    outDir: 'dist/node',
    platform: 'node',
    esbuildOptions(options) {
      ports('node')(options);
      // A cold process reads all of a file before it runs any of it. Names stay, and lines stay short: Node prints the line
      // of an error that nobody catches.
      options.minifyWhitespace = true;
      options.minifySyntax = true;
      options.lineLimit = 160;
    },
    // One file a door: on a cold start each further file costs more than what it holds.
    splitting: false,
    dts: true,
  },
  {
    ...shared,
    entry: universal,
    outDir: 'dist/web',
    platform: 'neutral',
    esbuildOptions: ports('web'),
    // Shared chunks: a page that uses two doors loads what they share once.
    splitting: true,
  },
]);
