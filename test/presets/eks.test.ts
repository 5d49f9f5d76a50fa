/** The bearer token of EKS: what stands in it, and that it is for one cluster alone. */

import { eksToken } from 'sigv4kit/presign';
import { createVerifier } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { codeOf, instant, longTerm, temporary } from '../support/keys';
import { parametersOf } from './smithy';

const now = () => instant.getTime();
const options = { clusterName: 'my_Cluster-1', region: 'cn-north-1', now };

const urlIn = (token: string) => Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();

// The signatures are those of SigV4QueryAuth of botocore 1.43.
describe('the token of a cluster', () => {
  test.each([
    ['long-term', longTerm, '740a991b2cb2d28e6669d75fa62ceb8d4c262d0a56d79139dce2c8a27f6e7c97'],
    ['temporary', temporary, '8ca6f2f563a9d8de40b97594b8e029abfa69bc9dfda420ef3e02c3e058f71f6b'],
  ])('is a call of STS in its region, with %s keys', async (_, credentials, signature) => {
    const token = await eksToken({ ...options, credentials });
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    const url = urlIn(token);
    expect(url).toMatch(/^https:\/\/sts\.cn-north-1\.amazonaws\.com\.cn\/\?/);
    expect(parametersOf(url)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${credentials.accessKeyId}/20150830/cn-north-1/sts/aws4_request`,
      'X-Amz-Date': '20150830T123600Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      ...(credentials.sessionToken !== undefined && { 'X-Amz-Security-Token': credentials.sessionToken }),
      'X-Amz-Signature': signature,
    });
  });

  test('has no padding, whatever its length', async () => {
    for (const length of [1, 2, 3, 100]) {
      const token = await eksToken({
        ...options,
        clusterName: 'c'.repeat(length),
        region: `us-east-${length}`,
        credentials: longTerm,
      });
      expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
      expect(urlIn(token)).toMatch(/&X-Amz-Signature=[\da-f]{64}$/);
    }
  });

  test('holds for that cluster and no other', async () => {
    const { verify } = createVerifier({ lookup: () => temporary, region: 'cn-north-1', service: 'sts', now });
    const url = urlIn(await eksToken({ ...options, credentials: temporary }));
    const as = (name: string) => verify({ url, headers: { 'x-k8s-aws-id': name } });
    await expect(as('my_Cluster-1')).resolves.toMatchObject({ signedHeaders: ['host', 'x-k8s-aws-id'] });
    expect(await codeOf(() => as('my_cluster-1'))).toBe('ERR_SIGV4_SIGNATURE_MISMATCH');
    expect(await codeOf(() => verify({ url }))).toMatch(/^ERR_SIGV4_/);
  });
});
