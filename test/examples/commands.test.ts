/** Every command of the examples' READMEs: those of the gate are typed and print what the README says, those of AWS name what is there. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkCommands } from '../support/check-commands';
import { EXAMPLES } from '../support/examples';
import { compareOutput, fencesOf, openShell, sectionOf, shellBlocksOf } from '../support/shell';
import { temporaryFolder } from '../support/temporary-folder';

/** Milliseconds for all blocks of a README. */
const PATIENCE = 300_000;

describe.each(EXAMPLES)('$name', ({ name, readme, ...rest }) => {
  const gate = sectionOf(readme, 'With the gate');
  const aws = sectionOf(readme, 'On AWS');

  test('has commands for AWS and for the gate', () => {
    expect(aws && shellBlocksOf(aws).length, 'The README has no "## On AWS" with ```sh.').toBeGreaterThan(0);
    expect(gate && shellBlocksOf(gate).length, 'The README has no "## With the gate" with ```sh.').toBeGreaterThan(1);
  });

  test('has no commands for the gate but those that are typed here', () => {
    const others = fencesOf(gate ?? '').filter((language) => !['sh', 'text', 'json', 'ts'].includes(language));
    expect(others, 'Commands stand in ```sh, what they print in ```text.').toEqual([]);
    const texts = fencesOf(gate ?? '').filter((language) => language === 'text').length;
    const behind = shellBlocksOf(gate ?? '').filter(({ printed }) => printed !== undefined).length;
    expect(texts, 'A ```text stands right behind the ```sh that prints it.').toBe(behind);
  });

  test(
    'prints with the gate what the README says',
    async () => {
      const [first, ...blocks] = shellBlocksOf(gate ?? '');
      expect(first?.commands.trim()).toBe(`npm run --silent gate -- ${name}`);
      const shell = openShell(first?.commands ?? '');
      onTestFinished(() => shell.end());
      for (const { commands, printed: expected } of blocks) {
        const { printed, status } = await shell.type(commands);
        if (expected === undefined) {
          expect(status, `${commands}printed: ${printed}`).toBe(0);
          continue;
        }
        const { found, wanted } = compareOutput(printed, expected);
        expect(found, commands).toEqual(wanted);
      }
      if (first?.printed !== undefined) {
        const { found, wanted } = compareOutput(shell.said(), first.printed);
        expect(found).toEqual(wanted);
      }
      expect(await shell.leave(), shell.said()).toBe(0);
    },
    PATIENCE,
  );

  test('names in its commands for AWS what is there, in the language of the shell', () => {
    const commands = shellBlocksOf(aws ?? '')
      .map((block) => block.commands)
      .join('\n');
    const { stderr } = spawnSync('bash', ['-n'], { input: commands, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(checkCommands({ name, readme, ...rest }, commands)).toEqual([]);
  });
});

describe('what is checked of commands', () => {
  const example = (isExecutable: boolean) => {
    const folder = temporaryFolder({
      'package.json': JSON.stringify({ scripts: { build: 'esbuild a.ts --outdir=dist' } }),
      'call.ts': '',
      'terraform/main.tf': 'variable "region" {}\noutput "api_id" { value = 1 }\n',
      'stack.yaml': STACK,
      'app.ts': "new Stack('SomeStack', { parameter: 'Size' });",
      'run.sh': '',
    });
    chmodSync(new URL('run.sh', folder), isExecutable ? 0o755 : 0o644);
    return { name: 'spoilt', folder, readme: 'npm run build' };
  };
  const STACK = `
AWSTemplateFormatVersion: '2010-09-09'
Parameters: { Name: { Type: String }, Size: { Type: String, Default: '1' } }
Resources: { Topic: { Type: AWS::SNS::Topic } }
Outputs: { Url: { Value: !Ref Topic } }
`;
  const SOUND = `
git clone https://github.com/example/sigv4kit.git && cd sigv4kit
npm install   # once
  # and what is built, it's said
cd "$HERE"
npm run build
npx tsx call.ts --body '{"a": "$b"}' > answer.json
cat answer.json dist/call.mjs
(cd terraform && terraform init && terraform apply -var region=us-east-1)
export API_ID="$(terraform -chdir=terraform output -raw api_id)"
aws cloudformation deploy --template-file stack.yaml --stack-name x \\
  --parameter-overrides Name="$API_ID"
URL=$(aws cloudformation describe-stacks --query "Stacks[0].Outputs[?OutputKey=='Url'].OutputValue" --output text)
output() { echo "$1"; }
echo "$(output Url)"
npx cdk deploy SomeStack --parameters Size=1
./run.sh
curl "$URL" "https://$API_ID.execute-api.$AWS_REGION.amazonaws.com"
`;
  const check = (commands: string, isExecutable = true) => {
    const spoilt = example(isExecutable);
    return checkCommands(spoilt, `HERE=x\n${commands.replace('"$HERE"', spoilt.folder.pathname)}`);
  };

  test('finds nothing in commands that hold', () => {
    expect(check(SOUND)).toEqual([]);
  });

  test.each([
    ['tsx call.ts', 'tsx cal.ts', 'cal.ts is not there'],
    ['run build', 'run biuld', 'npm run biuld: '],
    ['cd terraform', 'cd teraform', 'cd teraform: there is no such folder'],
    ['raw api_id', 'raw api', 'has no output api.'],
    ['-var region', '-var regoin', 'has no variable regoin.'],
    ['-chdir=terraform', '-chdir=.', 'there is no .tf file in'],
    ['stack.yaml', 'stak.yaml', 'stak.yaml is not there'],
    ['Name=', 'Nam=', 'stack.yaml has no parameter Nam.'],
    ['Name="$API_ID"', 'Size=2', 'stack.yaml is not given the parameter Name.'],
    ["=='Url'", "=='Uri'", 'spoilt has no output Uri.'],
    ['(output Url)', '(output Uri)', 'spoilt has no output Uri.'],
    ['SomeStack', 'SumStack', 'spoilt has no stack SumStack.'],
    ['Size=1', 'Sise=1', 'spoilt has no parameter Sise.'],
    ['./run.sh', './runs.sh', './runs.sh is not there'],
    ['export API_ID', 'export API', '$API_ID is used, and nothing sets it.'],
    ['dist/call', 'build/call', 'build/call.mjs is not there'],
    ['> answer.json', '', 'answer.json is not there'],
  ])('finds %j written as %j', (text, other, found) => {
    expect(SOUND).toContain(text);
    expect(check(SOUND.replace(text, other)).join('\n')).toContain(found);
  });

  test('finds a program that cannot be executed', () => {
    expect(check(SOUND, false)).toEqual(['./run.sh cannot be executed.']);
  });

  test('types block after block into one shell, and sees what each prints and how it ends', async () => {
    const shell = openShell('bash');
    onTestFinished(() => shell.end());
    expect(await shell.type('name=buddy\necho one; echo two >&2')).toEqual({ printed: 'one\ntwo\n', status: 0 });
    expect(await shell.type('printf "hello %s" "$name"; (exit 3)\n')).toEqual({ printed: 'hello buddy', status: 3 });
    expect(await shell.type('echo "[$AWS_ACCESS_KEY_ID]"')).toEqual({ printed: '[]\n', status: 0 });
    expect(await shell.leave()).toBe(0);
    const gone = openShell('echo no such example >&2; exit 2');
    await expect(gone.type('true')).rejects.toThrow('The shell ended with 2: no such example');
  });

  test.each([
    ['one\ntwo', 'one\ntwo  \n', true],
    ['one\ntwo', 'one…', true],
    ['a 12 b\nc', 'a … b\nc', true],
    ['a 12 b\nc', 'a … c\nc', false],
    ['one\ntwo', 'one', false],
    ['one', 'one\ntwo', false],
  ])('takes %j for %j: %j', (printed, expected, isSame) => {
    const { found, wanted } = compareOutput(printed, expected);
    expect(found.join('\n') === wanted.join('\n')).toBe(isSame);
  });

  test('reads sections and blocks', () => {
    const text = '# x\n\n## A\n```sh\nls\n```\n\n```text\nb\n```\n\n```sh\nls c\n```\nand\n```text\nd\n```\n## B\n';
    expect(shellBlocksOf(sectionOf(text, 'A') ?? '')).toEqual([
      { commands: 'ls\n', printed: 'b\n' },
      { commands: 'ls c\n', printed: undefined },
    ]);
    expect(fencesOf(text)).toEqual(['sh', 'text', 'sh', 'text']);
    expect(sectionOf(text, 'C')).toBeUndefined();
  });
});
