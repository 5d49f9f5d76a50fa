/**
 * The gate under load: right, wrong, expired, denied and malformed requests, mixed, from many connections at a time. Each answer
 * is held against the one that its request must get, and memory is looked at between the rounds.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { createSigner } from 'sigv4kit';
import { caller, denied, expired, host } from './gate-world.mjs';

const BODY = JSON.stringify({ items: Array.from({ length: 20 }, (_, id) => ({ id, name: 'Field notes' })) });

/** Each request, and the status and error type that it must be answered with. */
async function mixOfRequests() {
  const sign = async (request, credentials = caller, now = Date.now) => {
    const { method, url, headers, body } = await createSigner({ credentials, now }).sign({
      ...request,
      url: `https://${host}${request.path}`,
    });
    return { method, path: url.slice(url.indexOf('/', 8)), headers, body: body ?? undefined };
  };
  const get = { path: '/prod/orders/7?limit=50&status=open' };
  const post = { path: '/prod/orders', method: 'POST', headers: { 'content-type': 'application/json' }, body: BODY };
  const right = await sign(get);
  const authorization = right.headers.authorization;
  return [
    [right, 200],
    [await sign(post), 201],
    [await sign({ path: '/prod/orders/gr%C3%BC%C3%9Fe?x=%2B&y=a%20b' }), 200],
    [
      {
        ...right,
        headers: { ...right.headers, authorization: authorization.replace(/.$/, (c) => (c === '0' ? '1' : '0')) },
      },
      403,
      'InvalidSignatureException',
    ],
    [{ ...(await sign(post)), body: BODY.replace('7', '8') }, 403, 'InvalidSignatureException'],
    [await sign(get, caller, () => Date.now() - 900_000), 403, 'InvalidSignatureException'],
    [await sign(get, expired), 403, 'ExpiredTokenException'],
    [await sign(get, { ...caller, accessKeyId: 'AKIAUNKNOWNEXAMPLE00' }), 403, 'UnrecognizedClientException'],
    [await sign(get, denied), 403, 'AccessDeniedException'],
    [await sign({ path: '/prod/nothing' }), 403, 'MissingAuthenticationTokenException'],
    [{ method: 'GET', path: get.path, headers: { host } }, 403, 'MissingAuthenticationTokenException'],
    [
      { method: 'GET', path: get.path, headers: { host, authorization: 'AWS4-HMAC-SHA256 Credential=a' } },
      403,
      'IncompleteSignatureException',
    ],
    [
      { method: 'GET', path: get.path, headers: { host, authorization: 'Bearer abc' } },
      403,
      'IncompleteSignatureException',
    ],
  ].map(([request, status, type]) => ({ request, status, type }));
}

/** Runs `rounds` of `seconds` each. Throws on an answer that is not the one due, and when the gate ends. */
export async function loadGate({ seconds, rounds = 3, connections = 64 }) {
  const gate = fork(new URL('gate-server.mjs', import.meta.url), { execArgv: ['--expose-gc'] });
  let ended;
  gate.on('exit', (code) => (ended = code));
  const ask = async () => {
    gate.send('memory');
    return (await once(gate, 'message'))[0];
  };
  try {
    const [{ url }] = await once(gate, 'message');
    const memory = [];
    let answers = 0;
    let requestsPerSecond = 0;
    const wrong = new Map();
    for (let round = 0; round < rounds; round++) {
      // Signed anew for each round, since signatures last five minutes.
      const mix = await mixOfRequests();
      const result = await run(url, mix, seconds, connections, wrong);
      answers += result.answers;
      requestsPerSecond += result.answers / result.seconds / rounds;
      if (ended !== undefined) throw new Error(`The gate ended with ${ended} under load.`);
      memory.push(await ask());
    }
    return { answers, requestsPerSecond, wrong: Object.fromEntries(wrong), memory };
  } finally {
    gate.disconnect();
    if (ended === undefined) await Promise.race([once(gate, 'exit'), new Promise((r) => setTimeout(r, 5_000).unref())]);
    if (ended === undefined) gate.kill();
  }
}

function run(url, mix, seconds, connections, wrong) {
  let answers = 0;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        setupClient(client) {
          // Answers come in the order of the requests: each connection walks through the mix from a place of its own.
          let next = Math.floor(Math.random() * mix.length);
          const due = [];
          client.setRequests(
            mix.map((_, i) => {
              const { request, status, type } = mix[(next + i) % mix.length];
              due.push({ status, type });
              return request;
            }),
          );
          let turn = 0;
          client.on('headers', ({ statusCode, headers }) => {
            const { status, type = '' } = due[turn++ % due.length];
            const at = headers.findIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'x-amzn-errortype');
            const found = at < 0 ? '' : String(headers[at + 1]);
            answers++;
            if (statusCode === status && found === type) return;
            const what = `${status} ${type} was due, ${statusCode} ${found} came`;
            wrong.set(what, (wrong.get(what) ?? 0) + 1);
          });
          next += 1;
        },
      },
      (error, result) => {
        if (error) reject(error);
        else if (result.errors > 0 || result.timeouts > 0)
          reject(new Error(`${result.errors} connections failed, ${result.timeouts} calls had no answer.`));
        else resolve({ answers, seconds: result.duration });
      },
    );
    instance.on('error', reject);
  });
}
