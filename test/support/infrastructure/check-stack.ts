/**
 * CloudFormation templates, checked by AWS's own validator, which aws-cdk-lib brings with it (today's resource types, and the
 * rules of AWS's cfn-lint); by the npm package cfn-lint, as far as its list of 2019 goes; and by AWS's cfn-lint where it is
 * installed.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import cfnLint from 'cfn-lint';
import { readTemplate } from './read-template';

interface Diagnostic {
  readonly severity: 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  readonly ruleId: string;
  readonly message: string;
  readonly propertyPath?: string;
  readonly entity?: { readonly logicalId?: string };
}

interface Validator {
  readonly RegoEngine: new () => {
    validateTemplate(template: object, config: object): { readonly status: string; readonly diagnostics: Diagnostic[] };
  };
  readonly TemplateFile: new (path: string) => object;
}

const require = createRequire(import.meta.url);
let validator: (Validator & { readonly engine: InstanceType<Validator['RegoEngine']> }) | undefined;

/** It takes seconds to start. */
function startValidator() {
  const loaded: Validator = createRequire(require.resolve('aws-cdk-lib/package.json'))('@aws/cloudformation-validate');
  validator ??= { ...loaded, engine: new loaded.RegoEngine() };
  return validator;
}

/** Sentences about what is wrong in a template, each with where; warnings too, but for those that it says it knows of. */
export function checkStack(file: URL): string[] {
  const { engine, TemplateFile } = startValidator();
  const path = fileURLToPath(file);
  const { status, diagnostics } = engine.validateTemplate(new TemplateFile(path), { detailLevel: 'STANDARD' });
  const { Resources } = readTemplate(file);
  const isMeant = ({ ruleId, entity }: Diagnostic) =>
    Resources[entity?.logicalId ?? '']?.Metadata?.['cfn-lint']?.config?.ignore_checks?.includes(ruleId);
  const found = diagnostics
    .filter((diagnostic) => !['INFO', 'DEBUG'].includes(diagnostic.severity) && !isMeant(diagnostic))
    .map(({ ruleId, entity, propertyPath, message }) =>
      [ruleId, entity?.logicalId, propertyPath, message].filter((part) => part !== undefined).join(' '),
    );
  return status === 'OK' ? found : [`The template could not be read to its end: ${status}.`, ...found];
}

/**
 * What cfn-lint says that is no sign of its age: it knows the resource types and properties of 2019, and says of each later one
 * that it is not there.
 */
export function lintStack(file: URL): string[] {
  const { errors } = cfnLint.validateFile(fileURLToPath(file));
  return [...errors.crit, ...errors.warn]
    .map(({ resource, message }) => `${resource}: ${message}`)
    .filter((sentence) => !LATER.some(({ says }) => says.test(sentence)));
}

/** What it says of things that came after 2019, or does not understand; {@link checkStack} knows them. */
export const LATER: readonly { readonly says: RegExp; readonly since: string }[] = [
  { says: /Architectures is not a valid property of AWS::Lambda::Function/, since: '2021: functions on Graviton' },
  { says: /> Code: Expecting an object, got '/, since: 'a folder, which `aws cloudformation package` uploads' },
  {
    says: /Expecting an ARN, got 'arn:\$\{aws\}/,
    since: 'AWS::Partition, in whose place it puts what is no partition',
  },
];

/** It reads one even though it asks nobody. */
const REGION = 'us-east-1';

/** AWS's cfn-lint, of Python, which `npm` does not install; a program of that name below `node_modules` is the other one. */
const runCfnLint = (...args: string[]) => {
  const PATH = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return spawnSync('cfn-lint', args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: PATH.join(':'), AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION },
  });
};

export const hasCfnLint = /^cfn-lint 1\./.test(runCfnLint('--version').stdout ?? '');

/** What it says: nothing, as a rule. */
export function askCfnLint(file: URL, ...options: string[]): string {
  const { stdout, stderr } = runCfnLint(...options, '--', fileURLToPath(file));
  return `${stdout}${stderr}`;
}
