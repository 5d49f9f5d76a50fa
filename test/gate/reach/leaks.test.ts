/** Gates that start and close, in a process of their own: nothing of them stays, whatever was under way. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGate } from 'sigv4kit/gate';
import { expect, test } from 'vitest';
import { codeOf } from '../../support/keys';
import { world } from '../../support/reach-world';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** What a script tells on its standard output, once its process has ended by itself. */
async function told(script: string): Promise<unknown> {
  const head = `
    import { startGate } from ${JSON.stringify(at('src/gate.ts'))};
    import { api, world } from ${JSON.stringify(at('test/support/reach-world.ts'))};
    import https from 'node:https';
    import { connect } from 'node:net';
    const port = (gate) => Number(new URL(gate.url).port);
    const resources = () => process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS|Close)/.test(name)).sort();
    const settled = () => new Promise((resolve) => setTimeout(resolve, 100));`;
  const args = [at('node_modules/tsx/dist/cli.mjs'), '--input-type=module', '-e', head + script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 40_000, cwd: at('') });
  return JSON.parse(stdout);
}

test.each([false, true])('twenty that are called in every way leave nothing (https: %s)', async (https) => {
  expect(
    await told(`
      const undici = await import('undici');
      await fetch('http://127.0.0.1:9').catch(() => undefined);
      await settled();
      const before = { resources: resources(), listeners: process.eventNames().map((name) => process.listenerCount(name)) };
      const patched = [https.request, globalThis.fetch, Headers, Response];
      for (let i = 0; i < 20; i++) {
        const gate = await startGate(world, { https: ${https} });
        const undo = gate.intercept();
        const dispatcher = gate.dispatcher();
        await Promise.all([
          gate.fetch(api + '/open').then((response) => response.text()),
          fetch(api + '/open').then((response) => response.text()),
          undici.request(api + '/open', { dispatcher }).then(({ body }) => body.text()),
          new Promise((resolve) => https.get(api + '/open', (response) => response.resume().on('end', resolve))),
        ]);
        if (i % 2) undo();
        await gate.close();
      }
      await settled();
      const same = patched.every((part, i) => part === [https.request, globalThis.fetch, Headers, Response][i]);
      const after = { resources: resources(), listeners: process.eventNames().map((name) => process.listenerCount(name)) };
      console.log(JSON.stringify({ same, before, after }));`),
  ).toEqual({ same: true, before: expect.anything(), after: { resources: [], listeners: expect.anything() } });
});

test('one that closes cuts whatever is under way, and its process can end', async () => {
  expect(
    await told(`
      const gate = await startGate(world, { https: true });
      gate.faults.add({ kind: 'slow', delay: 600_000 });
      gate.intercept();
      const dispatcher = gate.dispatcher();
      const { request } = await import('undici');
      const cut = () => 'cut';
      const sockets = ['', 'GET', 'GET / HTTP/1.1\\r\\n', '\\x16', '\\x16\\x03\\x01', 'nonsense\\r\\n\\r\\n'].map((start) => {
        const socket = connect(port(gate), '127.0.0.1', () => start && socket.write(start));
        return new Promise((resolve) => socket.on('error', () => undefined).on('close', () => resolve('cut')).resume());
      });
      const asked = [
        gate.fetch(api + '/open').catch(cut),
        fetch(api + '/open').catch(cut),
        request(api + '/open', { dispatcher }).catch(cut),
        new Promise((resolve) => https.get(api + '/open').on('error', () => resolve('cut'))),
      ];
      await settled();
      await gate.close();
      console.log(JSON.stringify(await Promise.all([...asked, ...sockets])));`),
  ).toEqual(Array(10).fill('cut'));
});

test('one may close twice, and answers no more', async () => {
  const gate = await startGate(world);
  await Promise.all([gate.close(), gate.close()]);
  await gate.close();
  expect(await codeOf(() => gate.intercept())).toBe('ERR_SIGV4_INVALID_OPTION');
  expect(await codeOf(() => gate.dispatcher())).toBe('ERR_SIGV4_INVALID_OPTION');
  await expect(gate.fetch('https://abc123.execute-api.us-east-1.amazonaws.com/api/open')).rejects.toThrow();
});

test('one does not start on a port that is taken, and leaves nothing of the attempt', async () => {
  const gate = await startGate(world);
  const port = Number(new URL(gate.url).port);
  for (const https of [false, true])
    await expect(startGate(world, { port, https })).rejects.toMatchObject({ code: 'ERR_SIGV4_INVALID_OPTION' });
  await gate.close();
  const next = await startGate(world, { port });
  await next.close();
});
