/** OpenAPI documents, by Redocly's linter with the rules of `redocly.yaml`; nothing leaves the machine. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Problem {
  readonly ruleId: string;
  readonly message: string;
  readonly location: readonly { readonly pointer?: string }[];
}

const ROOT = new URL('../../../', import.meta.url);

/** Sentences about what is wrong, each with where; warnings too. */
export function lintOpenApi(file: URL): string[] {
  const cli = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
  const config = fileURLToPath(new URL('redocly.yaml', ROOT));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cli, 'lint', fileURLToPath(file), '--config', config, '--format', 'json'],
    { encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
  );
  if (!stdout.startsWith('{')) throw new Error(`The linter did not run: ${stdout}${stderr}`);
  const { problems } = JSON.parse(stdout) as { problems: Problem[] };
  return problems.map(({ ruleId, location, message }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`);
}
