/** What is checked of infrastructure code: that nothing is said of code that holds, and what is wrong is found. */
import { describe, expect, test } from 'vitest';
import {
  askCfnLint,
  checkStack,
  checkTerraform,
  hasCfnLint,
  lintOpenApi,
  lintStack,
  readTerraform,
} from '../support/infrastructure';
import { temporaryFolder } from '../support/temporary-folder';

const MODULE = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}
variable "name" { type = string }
variable "size" {
  type    = number
  default = 128
}
resource "aws_lambda_function" "greet" {
  function_name = var.name
  memory_size   = var.size
  filename      = "\${path.module}/greet.zip"
}
output "arn" { value = aws_lambda_function.greet.arn }
`;
const MAIN = `terraform {
  required_version = "~> 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}
provider "aws" {
  alias  = "client"
  region = var.region
}
variable "region" { type = string }
data "aws_caller_identity" "current" {}
locals {
  routes = { for key, route in { a = "b" } : key => route }
}
module "greet" {
  source = "./modules/greet"
  name   = "greet"
}
resource "aws_iam_policy" "invoke" {
  provider = aws.client
  for_each = local.routes
  name     = each.key
  policy = templatefile("\${path.module}/policies/invoke.json.tftpl", {
    account = data.aws_caller_identity.current.account_id
    arn     = module.greet.arn
  })
  dynamic "thing" {
    for_each = ["x"]
    content { value = thing.value }
  }
}
`;
const SOUND = {
  'main.tf': MAIN,
  'policies/invoke.json.tftpl': `{"Resource": "\${arn}", "Account": "\${account}"}`,
  'modules/greet/main.tf': MODULE,
  'modules/greet/greet.zip': '',
};

describe('what is checked of Terraform', () => {
  const check = async (files: Record<string, string>) =>
    checkTerraform(await readTerraform(temporaryFolder(files)), () => 'no script makes it.');

  test('finds nothing in code that holds', async () => {
    expect(await check(SOUND)).toEqual([]);
  });

  test.each<[file: keyof typeof SOUND, text: string, other: string, found: string]>([
    ['main.tf', '= var.region', '= var.regoin', 'provider.aws.region refers to var.regoin, which nothing declares.'],
    ['main.tf', 'for_each = local.', 'for_each = locals.', 'aws_iam_policy.invoke.for_each refers to locals.routes'],
    ['main.tf', '=> route }', '=> rout }', 'locals.routes refers to rout, which'],
    ['main.tf', 'arn     = module.greet.arn', 'arn = module.greet.url', 'refers to module.greet.url'],
    ['main.tf', 'arn     = module.greet.arn', 'arn = aws_iam_role.x.arn', 'refers to aws_iam_role.x.arn'],
    ['main.tf', '= data.aws_caller_identity', '= data.aws_region', 'refers to data.aws_region.current'],
    ['main.tf', '= thing.value', '= things.value', 'refers to things.value'],
    ['main.tf', 'region = var.region', 'region = "x"', 'var.region is declared and not used.'],
    [
      'main.tf',
      'account = data.aws_caller_identity.current.account_id',
      'account = "x"',
      'current is declared and not',
    ],
    ['main.tf', 'name   = "greet"', '', 'module.greet is not given name.'],
    ['main.tf', 'name   = "greet"', 'name = "greet"\n nam = "x"', 'module.greet is given nam, which it does not have.'],
    ['main.tf', './modules/greet', './modules/great', 'where no .tf file was read.'],
    ['main.tf', 'required_version', 'x_version', 'No required_version'],
    ['main.tf', '"~> 6.0"', '">= 6.0"', 'The provider aws has the version >= 6.0, which may be any.'],
    ['main.tf', 'provider = aws.client', 'provider = aws.other', 'The provider aws.other is not configured.'],
    ['main.tf', 'resource "aws_iam_policy"', 'resource "null_x"', 'The provider null is not in required_providers.'],
    ['main.tf', 'invoke.json.tftpl', 'invok.json.tftpl', 'invok.json.tftpl, which is not there: no script makes it.'],
    ['main.tf', 'arn     =', 'an =', 'invoke.json.tftpl is not given arn.'],
    ['main.tf', 'arn     =', 'more = 1\n    arn =', 'invoke.json.tftpl does not use more.'],
    ['policies/invoke.json.tftpl', '}"}', `}", "x": "\${x}"}`, 'invoke.json.tftpl is not given x.'],
    [
      'modules/greet/main.tf',
      'greet.zip',
      'great.zip',
      'modules/greet: resource.aws_lambda_function.greet.filename reads',
    ],
    ['modules/greet/main.tf', 'size" {', 'siz" {', 'modules/greet: var.siz is declared and not used.'],
  ])('finds in %s, with %j as %j', async (file, text, other, found) => {
    expect(SOUND[file]).toContain(text);
    const sentences = await check({ ...SOUND, [file]: SOUND[file].replace(text, other) });
    expect(sentences.join('\n')).toContain(found);
  });
});

const FUNCTION = `
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: nodejs22.x
      Architectures: [arm64]
      Handler: index.handler
      Code: { S3Bucket: some-bucket, S3Key: some.zip }
      Timeout: 10
Outputs:
  Name: { Value: !Ref Function }
`;

describe('what is checked of templates', () => {
  const fileOf = (text: string) => new URL('stack.yaml', temporaryFolder({ 'stack.yaml': text }));

  test('finds nothing in one that is sound, of which cfn-lint knows all that there was in 2019', () => {
    expect(checkStack(fileOf(FUNCTION))).toEqual([]);
    expect(lintStack(fileOf(FUNCTION))).toEqual([]);
  });

  test.each([
    [
      'an unknown property',
      'Timeout: 10',
      'Timeuot: 10',
      'F3002 Function Properties.Timeuot',
      /Timeuot is not a valid property/,
    ],
    [
      'a missing property',
      '      Code: { S3Bucket: some-bucket, S3Key: some.zip }\n',
      '',
      "F3003 Function Properties 'Code'",
      /Code missing/,
    ],
    ['an unknown attribute', 'Role.Arn', 'Role.Anr', "E9004 Function Properties.Role 'Anr'", /Anr/],
    ['a Ref to nothing', '!Ref Function', '!Ref Funktion', "'Funktion'", /Funktion/],
    ['an unknown type', 'AWS::Lambda::Function', 'AWS::Lambda::Funktion', 'F3006 Function', /AWS::Lambda::Funktion/],
    ['a value that is too large', 'Timeout: 10', 'Timeout: 1000', 'Function Properties.Timeout 1000', undefined],
    ['a runtime that is no more', 'nodejs22.x', 'nodejs14.x', 'E2531 Function', undefined],
    ['an architecture that there is not', '[arm64]', '[arm32]', "'arm32'", undefined],
  ])('finds %s', (_, text, other, found, lint) => {
    expect(FUNCTION).toContain(text);
    const file = fileOf(FUNCTION.replace(text, other));
    expect(checkStack(file).join('\n')).toContain(found);
    if (lint) expect(lintStack(file).join('\n')).toMatch(lint);
  });

  test('leaves out what a resource says it knows of', () => {
    const known =
      'Metadata: { cfn-lint: { config: { ignore_checks: [E2531] } } }\n    Properties:\n      Role: !GetAtt';
    const old = FUNCTION.replace('nodejs22.x', 'nodejs14.x');
    expect(checkStack(fileOf(old.replace('Properties:\n      Role: !GetAtt', known)))).toEqual([]);
  });

  test.skipIf(!hasCfnLint)("asks AWS's cfn-lint too", () => {
    expect(askCfnLint(fileOf(FUNCTION))).toBe('');
    expect(askCfnLint(fileOf(FUNCTION.replace('Role.Arn', 'Role.Anr')))).toContain('Anr');
  });
});

const OPEN_API = {
  openapi: '3.0.1',
  info: { title: 'pets', version: '1.0.0' },
  paths: {
    '/pets/{id}': {
      get: {
        operationId: 'getPet',
        summary: 'A pet',
        security: [{ sigv4: [] }],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { '200': { description: 'It' }, '403': { description: 'Not allowed' } },
        'x-amazon-apigateway-integration': { type: 'mock' },
      },
    },
  },
  components: {
    securitySchemes: {
      sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
  },
};

describe('what is checked of OpenAPI', () => {
  const lint = (text: string) => lintOpenApi(new URL('api.json', temporaryFolder({ 'api.json': text })));

  test('finds nothing in a document that holds', () => {
    expect(lint(JSON.stringify(OPEN_API))).toEqual([]);
  });

  test.each([
    ['"in":"path"', '"in":"paht"', 'no-enum-type-mismatch|spec|struct'],
    ['[{"sigv4":[]}]', '[{"sigv5":[]}]', 'security-defined'],
    ['"security":[{"sigv4":[]}],', '', 'security-defined'],
    ['/pets/{id}', '/pets/{ip}', 'path-parameters-defined|path-params-defined'],
    ['"operationId":"getPet",', '', 'operation-operationId'],
    ['"responses"', '"response"', 'struct'],
  ])('finds %s written as %j', (text, other, rule) => {
    const document = JSON.stringify(OPEN_API);
    expect(document).toContain(text);
    expect(lint(document.replace(text, other)).join('\n')).toMatch(new RegExp(rule));
  });
});
