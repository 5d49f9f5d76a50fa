/**
 * The infrastructure code of every example: Terraform parsed, formatted and whole, CloudFormation's templates and OpenAPI
 * documents by the linters that there are for them.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isBuilt, isTemplate } from '../support/check-commands';
import { EXAMPLES, type Example, filesOf, readText } from '../support/examples';
import {
  askCfnLint,
  checkStack,
  checkTerraform,
  hasCfnLint,
  lintOpenApi,
  lintStack,
  readTerraform,
  unformatted,
} from '../support/infrastructure';
import { synthesize } from '../support/infrastructure/synthesize';

const documents = (example: Example) => filesOf(example).filter((path) => /\.(json|ya?ml)$/.test(path));
const stacksOf = (example: Example) => documents(example).filter((path) => isTemplate(readText(example, path)));
const openApisOf = (example: Example) =>
  documents(example).filter((path) => /^\s*\{?\s*['"]?openapi['"]?:\s*['"]?3\./.test(readText(example, path)));
const isCdk = ({ folder }: Example) => existsSync(new URL('cdk.json', folder));
const hasTerraform = (example: Example) => filesOf(example, '.tf').length > 0;

const at = (example: Example) => (path: string) => [`${example.name}/${path}`, new URL(path, example.folder)] as const;
const terraformed = EXAMPLES.filter(hasTerraform);
const stacks = EXAMPLES.flatMap((example) => stacksOf(example).map(at(example)));
const openApis = EXAMPLES.flatMap((example) => openApisOf(example).map(at(example)));

test.each(EXAMPLES)(
  '$name has infrastructure code, and a test of its own that holds it against its world',
  (example) => {
    expect(hasTerraform(example) || isCdk(example) || stacksOf(example).length > 0).toBe(true);
    expect(filesOf(example)).toContain('infrastructure.test.ts');
  },
);

describe.skipIf(terraformed.length === 0).each(terraformed)('the Terraform of $name', (example) => {
  test('is parsed and formatted', async () => {
    const terraform = await readTerraform(example.folder);
    expect(terraform.files.map(({ path }) => path)).toEqual(filesOf(example, '.tf'));
    expect(await unformatted(terraform)).toEqual([]);
  });

  test('refers to what is declared, gives what is wanted, reads what is there, and says which versions it is for', async () => {
    const findBuilt = (file: URL) =>
      isBuilt(example, fileURLToPath(file)) ? undefined : 'no script makes it that the README names.';
    expect(await checkTerraform(await readTerraform(example.folder), findBuilt)).toEqual([]);
  });
});

describe.skipIf(stacks.length === 0).each(stacks)('the template %s', (_, file) => {
  test("is sound for CloudFormation's validator and for cfn-lint", () => {
    expect(checkStack(file)).toEqual([]);
    expect(lintStack(file)).toEqual([]);
  });

  test.skipIf(!hasCfnLint)("is sound for AWS's cfn-lint", () => {
    expect(askCfnLint(file)).toBe('');
  });
});

test.skipIf(openApis.length === 0).each(openApis)('the linter finds nothing in %s', (_, file) => {
  expect(lintOpenApi(file)).toEqual([]);
});

/** CDK lets a function wait for its role and the policies of that, and names the role twice by this. */
const NAMED_TWICE = 'W3005';

const apps = EXAMPLES.filter(isCdk);
test.skipIf(apps.length === 0).each(apps)('what the CDK app of $name makes is sound for the same', ({ folder }) => {
  const found = synthesize(folder, (name, file) => ({
    name,
    says: checkStack(file).filter((sentence) => !sentence.startsWith(`${NAMED_TWICE} `)),
    lint: hasCfnLint ? askCfnLint(file, '--ignore-checks', NAMED_TWICE) : '',
  }));
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(found.map(({ name }) => ({ name, says: [], lint: '' })));
});
