/** Every policy in an example's infrastructure code: of Terraform's files, CloudFormation's templates, and CDK apps. */
import { existsSync } from 'node:fs';
import type { PolicyDocument } from 'sigv4kit/gate';
import { isTemplate } from '../check-commands';
import { type Example, filesOf, readText } from '../examples';
import { readTemplate, renderTemplate, resolveTemplate } from '../infrastructure';
import { templateNames } from '../infrastructure/expressions';
import { synthesize } from '../infrastructure/synthesize';

export interface Collected {
  /** File and place in it. */
  readonly at: string;
  readonly document: PolicyDocument;
}

type Folder = Pick<Example, 'folder'>;

export async function collectPolicies(example: Folder): Promise<Collected[]> {
  return [...(await ofTerraform(example)), ...ofTemplates(example), ...ofCdk(example)];
}

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

/** What stands in a deployment where the code has a name; the first that fits. */
const VALUES: readonly (readonly [name: RegExp, value: string])[] = [
  [/remote.*arn/, 'arn:aws:iam::444455556666:user/remote'],
  [/user_?pool.*arn/, `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/us-east-1_Example`],
  [/role.*arn/, `arn:aws:iam::${ACCOUNT}:role/some`],
  [/(caller|user|principal).*arn/, `arn:aws:iam::${ACCOUNT}:user/some`],
  [/log.*arn/, `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/some`],
  [/bucket.*arn/, 'arn:aws:s3:::some-bucket'],
  [/stage.*arn/, `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1b2c3d4e5/prod`],
  [/(api|execution).*arn/, `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1b2c3d4e5`],
  [/arn$/, `arn:aws:lambda:${REGION}:${ACCOUNT}:function:some`],
  [/partition/, 'aws'],
  [/region/, REGION],
  [/account/, ACCOUNT],
  [/organi[sz]ation/, 'o-exampleorgid'],
  [/vpc_?endpoint|vpce/, 'vpce-0a1b2c3d4e5f60718'],
  [/cidr/, '203.0.113.0/24'],
  [/studio_?domain/, 'd-abcdef123456'],
  [/user_?pool/, 'us-east-1_Example'],
  [/stage/, 'prod'],
  [/api/, 'a1b2c3d4e5'],
  [/./, 'some'],
];

const guess = (name: string): string => {
  const plain = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return VALUES.find(([pattern]) => pattern.test(plain))?.[1] as string;
};

async function ofTerraform(example: Folder): Promise<Collected[]> {
  const paths = filesOf(example).filter((path) => /\.json\.tftpl$|(^|\/)policies\/[^/]+\.json$/.test(path));
  const found: Collected[] = [];
  for (const path of paths) {
    const file = new URL(path, example.folder);
    const names = await templateNames(file);
    const lists = new Set([...readText(example, path).matchAll(/jsonencode\((\w+)\)/g)].map(([, name]) => name));
    const values = names.map((name) => [name, lists.has(name) ? [guess(name)] : guess(name)]);
    found.push(...policiesIn(renderTemplate(file, Object.fromEntries(values)), path));
  }
  return found;
}

const ofTemplates = (example: Folder): Collected[] =>
  filesOf(example)
    .filter((path) => /\.(ya?ml|json)$/.test(path) && isTemplate(readText(example, path)))
    .flatMap((path) => ofTemplate(new URL(path, example.folder), path));

const ofCdk = ({ folder }: Folder): Collected[] =>
  existsSync(new URL('cdk.json', folder)) ? synthesize(folder, (name, file) => ofTemplate(file, name)).flat() : [];

function ofTemplate(file: URL, path: string): Collected[] {
  const template = readTemplate(file);
  const parameters = Object.entries(template.Parameters ?? {})
    .filter(([, { Default }]) => Default === undefined || Default === '')
    .map(([name]) => [name, guess(name)]);
  const attributes = Object.entries(template.Resources).flatMap(([id, { Type }]) => {
    const kind = String(Type).split('::').slice(1).join('_');
    // CloudFormation's ends so, Terraform's does not.
    if (Type === 'AWS::Logs::LogGroup') return [[`${id}.Arn`, `${guess(`${kind}_Arn`)}:*`]];
    return [[id, guess(kind)], ...['Arn', 'RoleArn'].map((name) => [`${id}.${name}`, guess(`${kind}_${name}`)])];
  });
  const resolved = resolveTemplate(template, {
    account: ACCOUNT,
    region: REGION,
    parameters: Object.fromEntries(parameters),
    attributes: Object.fromEntries(attributes),
  });
  return policiesIn(resolved.Resources, `${path} Resources`);
}

/** Whatever has statements. */
function policiesIn(value: unknown, at: string): Collected[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value) return [{ at, document: value as PolicyDocument }];
  return Object.entries(value).flatMap(([key, part]) => policiesIn(part, `${at}.${key}`));
}
