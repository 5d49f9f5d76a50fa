/** CloudFormation templates from files: JSON, or YAML with the short forms of the intrinsics (`!Ref`, `!Sub`). */
import { fileURLToPath } from 'node:url';
import { openFile } from 'cfn-lint/lib/parser';
import type { Body } from './terraform';

export interface Template {
  readonly AWSTemplateFormatVersion?: string;
  readonly Parameters?: Readonly<Record<string, Body>>;
  readonly Mappings?: Body;
  readonly Conditions?: Body;
  readonly Resources: Readonly<Record<string, Body>>;
  readonly Outputs?: Readonly<Record<string, Body>>;
}

/** The template with all intrinsics in their long forms. */
export function readTemplate(file: URL): Template {
  const path = fileURLToPath(file);
  const template = openFile(path) as Template | undefined;
  if (!template?.Resources) throw new Error(`${path} has no Resources.`);
  return template;
}
