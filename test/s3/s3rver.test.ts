/** s3rver, an S3 server of npm in this process: needs nothing but the package. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { testObjects } from './objects';
import { testSignatures } from './signatures';
import type { Abilities, Store } from './store';

interface S3rver {
  readonly httpServer: Server;
  run(): Promise<{ port: number }>;
}

/** The package has no types. */
type S3rverClass = new (options: Record<string, unknown>) => S3rver;

function load(): S3rverClass | undefined {
  try {
    return createRequire(import.meta.url)('@20minutes/s3rver') as S3rverClass;
  } catch {
    console.log('@20minutes/s3rver is not installed: the tests against it are left out.');
    return undefined;
  }
}

const LIMITS: Abilities = {
  emptySegments: false,
  marksInQueries: false,
  spacesInHeaders: false,
  continuation: false,
  bodyHashes: false,
};

const S3rver = load();

describe.skipIf(!S3rver)('s3rver', () => {
  let directory: string;
  let server: S3rver;
  let store: Store;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 's3rver-'));
    server = new (S3rver as S3rverClass)({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory,
      vhostBuckets: false,
    });
    const { port } = await server.run();
    // The one pair of keys that it knows.
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
    store = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials };
  });
  afterAll(async () => {
    await new Promise((resolve) => {
      server?.httpServer.close(resolve);
      server?.httpServer.closeAllConnections();
    });
    rmSync(directory, { recursive: true, force: true });
  });

  testObjects(() => store, LIMITS);
  testSignatures(() => store, LIMITS);
});
