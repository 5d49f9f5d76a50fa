/** The templates that a CDK app makes, without its functions, which take long; nothing is asked of AWS. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What deployments differ in. */
const SETTINGS = {
  API_ACCOUNT: '111122223333',
  CLIENT_ACCOUNT: '444455556666',
  CLIENT_ROLE: 'some',
  API_ID: 'a1b2c3d4e5',
  AWS_REGION: 'us-east-1',
};

/** Gives each template, by its name, to a function; then they are gone. */
export function synthesize<T>(folder: URL, read: (name: string, template: URL) => T): T[] {
  const output = mkdtempSync(join(tmpdir(), 'sigv4kit-cdk-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'app.ts'], {
      cwd: fileURLToPath(folder),
      encoding: 'utf8',
      env: {
        ...process.env,
        ...SETTINGS,
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
      },
    });
    if (status !== 0) throw new Error(`The app of ${folder.pathname} made nothing: ${stderr}`);
    return readdirSync(output)
      .filter((name) => name.endsWith('.template.json'))
      .sort()
      .map((name) => read(name, pathToFileURL(join(output, name))));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
