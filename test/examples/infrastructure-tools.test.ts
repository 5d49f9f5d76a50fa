/** What reads infrastructure code reads it as the tools that deploy it do, and refuses what they refuse. */
import { describe, expect, test } from 'vitest';
import { readTemplate, readTerraform, renderTemplate, resolveTemplate, unformatted } from '../support/infrastructure';
import { temporaryFolder } from '../support/temporary-folder';

const ROLE = `resource "aws_iam_role" "caller" {
  name = var.name
  tags = { team = "blue" }
}
`;

describe("Terraform's files", () => {
  test('are read with their modules, expressions as text', async () => {
    const folder = temporaryFolder({
      'main.tf': ROLE,
      'variables.tf': 'variable "name" { type = string }\n',
      'modules/api/main.tf': ROLE.replace('var.name', `"\${var.name}-api"`).replace('caller', 'api'),
    });
    const terraform = await readTerraform(folder);
    expect(terraform.files.map(({ path }) => path)).toEqual(['main.tf', 'modules/api/main.tf', 'variables.tf']);
    expect(terraform.resource('aws_iam_role', 'caller')).toEqual({
      name: `\${var.name}`,
      tags: { team: 'blue' },
    });
    expect(terraform.resource('aws_iam_role', 'api', 'api').name).toBe(`\${var.name}-api`);
    expect(terraform.modules['']?.variable).toEqual({ name: [{ type: `\${string}` }] });
    expect(() => terraform.resource('aws_iam_role', 'api', '')).toThrow('no resource "aws_iam_role" "api"');
  });

  test('are refused by name when their syntax is wrong, or one thing is declared twice', async () => {
    const wrong = temporaryFolder({ 'api/main.tf': ROLE.replace('= var.name', '=') });
    await expect(readTerraform(wrong)).rejects.toThrow('api/main.tf:2');
    const twice = temporaryFolder({ 'a.tf': ROLE, 'b.tf': ROLE });
    await expect(readTerraform(twice)).rejects.toThrow(
      'b.tf: resource: aws_iam_role: caller is declared more than once',
    );
    await expect(readTerraform(temporaryFolder({ 'a.md': '' }))).rejects.toThrow('There is no .tf file');
  });

  test('are found when they are not formatted', async () => {
    const folder = temporaryFolder({
      'good.tf': ROLE,
      'bad.tf': ROLE.replace('name = ', 'name  =  ').replace('caller', 'x'),
    });
    expect(await unformatted(await readTerraform(folder))).toEqual(['bad.tf']);
  });
});

describe("Terraform's templates", () => {
  const render = (text: string, values: Record<string, string | string[]>) =>
    renderTemplate(new URL('x.json.tftpl', temporaryFolder({ 'x.json.tftpl': text })), values);

  test('are rendered: names, lists as JSON, what is escaped as it is', () => {
    const text = `{"a": "arn:\${id}:*", "b": \${jsonencode(ids)}, "c": "$\${aws:username}", "d": "50%"}`;
    expect(render(text, { id: 'x1', ids: ['a', 'b"'] })).toEqual({
      a: 'arn:x1:*',
      b: ['a', 'b"'],
      c: `\${aws:username}`,
      d: '50%',
    });
  });

  test.each([
    ['a name that has no value', `{"a": "\${other}"}`, {}, `\${other} has no value`],
    ['a value that no name takes', '{}', { id: 'x' }, 'does not use id'],
    ['an IAM variable that is not escaped', `{"a": "\${aws:username}"}`, {}, 'neither a name nor jsonencode(name)'],
    ['a list in a text', `{"a": "\${ids}"}`, { ids: ['a'] }, `write \${jsonencode(ids)}`],
    ['a directive', '{%{ if a }%{ endif }}', {}, 'begins a directive'],
    ['what gives no JSON', `{"a": \${id}}`, { id: 'x' }, 'does not give JSON'],
  ])('are refused with %s', (_, text, values, message) => {
    expect(() => render(text, values as Record<string, string>)).toThrow(message);
  });
});

const STACK = `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Name: { Type: String, Default: orders }
  Id: { Type: String }
  Subnets: { Type: CommaDelimitedList, Default: 'a, b' }
Mappings: { ByRegion: { us-east-1: { arch: arm64 } } }
Conditions:
  IsOrders: !Equals [!Ref Name, orders]
  HasNone: !Not [Condition: IsOrders]
  Either: !Or [Condition: HasNone, !And [Condition: IsOrders, !Equals [a, a]]]
Resources:
  Topic: { Type: AWS::SNS::Topic }
  Queue: { Type: AWS::SQS::Queue, Condition: HasNone }
  Test:
    Type: AWS::Lambda::Function
    Condition: Either
    Properties:
      ref: !Ref Id
      list: !Ref Subnets
      resource: !Ref Topic
      unknown: !GetAtt Topic.TopicName
      known: !GetAtt Topic.Arn
      sub: !Sub 'arn:\${AWS::Partition}:x:\${AWS::Region}:\${AWS::AccountId}:\${Name}/\${Topic.TopicName}/\${!aws:username}'
      subWith: !Sub ['\${A}-\${Name}', { A: !Select [1, !Ref Subnets] }]
      join: !Join [':', [a, !Ref Name]]
      split: !Select [1, !Split ['/', 'a/b']]
      if: !If [IsOrders, one, other]
      ifNot: !If [HasNone, one, !Ref AWS::NoValue]
      items: [x, !If [HasNone, y, !Ref AWS::NoValue]]
      map: !FindInMap [ByRegion, !Ref AWS::Region, arch]
      base64: { Fn::Base64: abc }
      zones: !GetAZs ''
Outputs:
  Arn: { Value: !GetAtt Topic.Arn }
`;

describe("CloudFormation's templates", () => {
  const read = (text: string) => readTemplate(new URL('stack.yaml', temporaryFolder({ 'stack.yaml': text })));
  const given = { account: '111122223333', region: 'us-east-1', parameters: { Id: 'x1' } };

  test('are resolved: every intrinsic, and what conditions leave out', () => {
    const resolved = resolveTemplate(read(STACK), { ...given, attributes: { 'Topic.Arn': 'arn:topic' } });
    expect(Object.keys(resolved.Resources)).toEqual(['Topic', 'Test']);
    expect(resolved.Resources.Test.Properties).toEqual({
      ref: 'x1',
      list: ['a', 'b'],
      resource: `\${Topic}`,
      unknown: `\${Topic.TopicName}`,
      known: 'arn:topic',
      sub: `arn:aws:x:us-east-1:111122223333:orders/\${Topic.TopicName}/\${aws:username}`,
      subWith: 'b-orders',
      join: 'a:orders',
      split: 'b',
      if: 'one',
      items: ['x'],
      map: 'arm64',
      base64: 'YWJj',
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    });
    expect(resolved.Outputs.Arn.Value).toBe('arn:topic');
  });

  test('are resolved the other way when the condition is another', () => {
    const resolved = resolveTemplate(read(STACK), { ...given, parameters: { Id: 'x1', Name: 'none' } });
    expect(Object.keys(resolved.Resources)).toEqual(['Topic', 'Queue', 'Test']);
    expect(resolved.Resources.Test.Properties).toMatchObject({ if: 'other', ifNot: 'one', items: ['x', 'y'] });
  });

  test.each([
    ['a Ref to nothing', '!Ref Id', '!Ref Idd', 'Idd is neither a parameter nor a resource'],
    ['an attribute of nothing', '!GetAtt Topic.Arn', '!GetAtt Tropic.Arn', 'Tropic, of Tropic.Arn'],
    ['an unknown name in a Sub', `/\${Topic.TopicName}`, `/\${Tropic}`, 'Tropic is neither'],
    ['an unknown condition', '!If [IsOrders', '!If [IsOrder', 'no condition IsOrder'],
    ['a map without the key', '!FindInMap [ByRegion', '!FindInMap [ByZone', 'no ByZone.us-east-1.arch'],
    ['an index that is too high', '!Select [1, !Split', '!Select [2, !Split', 'takes item 2'],
    ['a list in a text', '[a, !Ref Name]', '!Ref Name', 'Fn::Join wants a list'],
    ['what is not resolved here', '{ Fn::Base64: abc }', '{ Fn::Transform: abc }', 'Fn::Transform is not resolved'],
  ])('are refused with %s', (_, text, other, message) => {
    expect(STACK).toContain(text);
    expect(() => resolveTemplate(read(STACK.replace(text, other)), given)).toThrow(message);
  });

  test('are refused with a parameter that has no value, or that they do not have', () => {
    expect(() => resolveTemplate(read(STACK), { ...given, parameters: {} })).toThrow('The parameter Id has no value');
    expect(() => resolveTemplate(read(STACK), { ...given, parameters: { Ip: '' } })).toThrow('no parameter Ip');
  });
});
