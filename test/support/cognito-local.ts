/** cognito-local in a process and a folder of its own, with one user pool of a given id that has one app client and no users. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CognitoLocal {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  close(): Promise<void>;
}

export async function startCognitoLocal(poolId: string, clientId: string): Promise<CognitoLocal> {
  const folder = mkdtempSync(join(tmpdir(), 'cognito-local-'));
  writePool(join(folder, '.cognito'), poolId, clientId);
  const program = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
  // It ends with its standard input, which ends with this process.
  const script = `process.stdin.resume().on('end', () => process.exit()); require(${JSON.stringify(program)})`;
  const env = { HOST: '127.0.0.1', PORT: '0', PATH: process.env.PATH };
  const child = spawn(process.execPath, ['-e', script], { cwd: folder, env });
  const close = async () => {
    const ended = child.exitCode === null && new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: await addressOf(child), close };
}

function writePool(folder: string, Id: string, ClientId: string): void {
  mkdirSync(join(folder, 'db'), { recursive: true });
  const write = (name: string, value: object) => writeFileSync(join(folder, `${name}.json`), JSON.stringify(value));
  const region = Id.slice(0, Id.indexOf('_'));
  write('config', { TokenConfig: { IssuerDomain: `https://cognito-idp.${region}.amazonaws.com` } });
  write('db/clients', { Clients: { [ClientId]: { ClientId, UserPoolId: Id, RefreshTokenValidity: 1 } } });
  write(`db/${Id}`, { Users: {}, Options: { Id, UsernameAttributes: [], MfaConfiguration: 'OFF' } });
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.once('exit', () => reject(new Error(`cognito-local ended before it listened: ${said}`)));
  });
}
