import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const doors = {
  'sigv4kit/core': at('src/core.ts'),
  'sigv4kit/verify': at('src/verify.ts'),
  'sigv4kit/gate/join': at('src/gate-join.ts'),
  'sigv4kit/gate': at('src/gate.ts'),
  'sigv4kit/presign': at('src/presign.ts'),
  'sigv4kit/axios': at('src/axios.ts'),
  'sigv4kit/got': at('src/got.ts'),
  'sigv4kit/undici': at('src/undici.ts'),
  'sigv4kit/http': at('src/http.ts'),
  'sigv4kit/smithy': at('src/smithy.ts'),
  sigv4kit: at('src/index.ts'),
};

export default defineConfig({
  resolve: {
    alias: {
      ...doors,
      '#hash': at('src/hash/node.ts'),
      '#cold': at('src/client/cold-node.ts'),
      '#channel': at('src/client/channel-node.ts'),
      '#node-modules': at('src/adapters/node-modules.ts'),
      '#environment': at('src/credentials/environment-node.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    testTimeout: 60_000,
    // What a browser shows after a way through several servers.
    expect: { poll: { timeout: 30_000 } },
    // A test that leaks keys of the machine it runs on would be no test.
    env: {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_SESSION_TOKEN: '',
      AWS_REGION: '',
      AWS_DEFAULT_REGION: '',
      AWS_PROFILE: '',
      // Nor one that finds them in the files or at the metadata service of that machine.
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
      AWS_CONFIG_FILE: '/nonexistent/config',
    },
  },
});
