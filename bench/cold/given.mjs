/** What each of these programs is given, and what it hands back; the parent says it in an argument. */
export const { url, request, keys, scope, roleArn, stsUrl } = JSON.parse(process.argv[2]);

/** The program is done: says when its call was answered, and as whom. */
export function answered(status, caller) {
  const milliseconds = performance.now();
  process.stdout.write(JSON.stringify({ milliseconds, status, caller }));
}
