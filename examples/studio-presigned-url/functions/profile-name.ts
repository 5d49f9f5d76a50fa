/** The names that user profiles of Studio can have, and so the names of the users of the pool. */

const PROFILE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;

/**
 * The rule is SageMaker's. It matters here because such a name goes into ARNs and paths: none has a `*`, a `?`, a `/` or a `$`,
 * which would mean more there than a name.
 */
export const isProfileName = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= 63 && PROFILE_NAME.test(name);
