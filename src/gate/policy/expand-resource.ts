/** The short resource forms of API Gateway's resource policies, which it expands to the ARN of the API that has the policy. */

const SHORT = 'execute-api:/';

/** `execute-api:/prod/GET/pets` as a full ARN, by any ARN of the API; every other text as it is. */
export function expandResource(pattern: string, arn: string): string {
  if (!pattern.startsWith(SHORT)) return pattern;
  const slash = arn.indexOf('/');
  return `${slash < 0 ? arn : arn.slice(0, slash)}/${pattern.slice(SHORT.length)}`;
}
