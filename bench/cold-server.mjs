/**
 * The two servers of the cold start, in a thread of their own: an API that answers with the access key id of whoever signed
 * the request, and an STS that gives a role's keys for a signed AssumeRole. What is not signed as it should be is refused,
 * but for a request that says it is open.
 */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';
import { createVerifier } from 'sigv4kit/verify';

const { keys, roleKeys, roleArn, scope } = workerData;

const judge = (service, known) =>
  createVerifier({ ...scope, service, lookup: (id) => known.find(({ accessKeyId }) => accessKeyId === id) }).verify;

const verifyCall = judge(scope.service, [keys, roleKeys]);
const verifyAssumption = judge('sts', [keys]);

const apiUrl = await listen(async (request) => {
  if (request.query.endsWith('&open')) return 'nobody';
  return (await verifyCall(request)).accessKeyId;
});

const stsUrl = await listen(async (request) => {
  await verifyAssumption(request);
  const form = new URLSearchParams(request.body.toString());
  if (form.get('Action') !== 'AssumeRole' || form.get('RoleArn') !== roleArn) throw new Error('Not the role it has.');
  return assumed(form.get('RoleSessionName'));
});

parentPort.postMessage({ apiUrl, stsUrl });

/** Serves one thing on loopback; resolves where. */
async function listen(answer) {
  const server = createServer(async (incoming, response) => {
    const [path, query = ''] = incoming.url.split(/\?(.*)/s);
    const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
      values.map((value) => [name, value]),
    );
    try {
      const body = await buffer(incoming);
      response.end(await answer({ method: incoming.method, path, query, headers, body }));
    } catch (error) {
      response.writeHead(403).end(String(error));
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${server.address().port}`;
}

/** The answer of STS, in its own form. */
function assumed(session) {
  const { accessKeyId, secretAccessKey, sessionToken } = roleKeys;
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROAIOSFODNN7EXAMPLE:${session}</AssumedRoleId>
      <Arn>${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${session}</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken>
      <Expiration>${expiration}</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</AssumeRoleResponse>`;
}
