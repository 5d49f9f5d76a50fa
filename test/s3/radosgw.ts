/** Ceph's gateway, as scripts/radosgw.mjs starts it for as long as this process holds its input. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Credentials } from 'sigv4kit';

export interface Radosgw {
  readonly endpoint: string;
  readonly region: string;
  /** May assume the roles `uploader` and `reader`, of the same account. */
  readonly buddy: Credentials;
  /** A user without an account, as most of radosgw are; may assume the role `plain`. */
  readonly stranger: Credentials;
  /** ARNs by name. */
  readonly roles: Readonly<Record<'uploader' | 'reader' | 'closed' | 'plain', string>>;
  stop(): Promise<void>;
}

/** Resolves nothing where it cannot start, and says why. */
export async function startRadosgw(): Promise<Radosgw | undefined> {
  const script = fileURLToPath(new URL('../../scripts/radosgw.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, 'hold'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let fault = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    fault += text;
  });
  const line = await new Promise<string | undefined>((resolve) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('close', () => resolve(undefined));
  });
  if (line === undefined) {
    console.log(`radosgw did not start, and the tests against it are left out. ${fault.trim()}`);
    return undefined;
  }
  const stop = () => {
    child.stdin.end();
    return ended;
  };
  return { ...JSON.parse(line), stop };
}
