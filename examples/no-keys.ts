/** An environment without the keys of this machine: none but those of a world have a part in what is shown. */

/** A copy; the metadata service in it is that of the gate. */
export function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, AWS_PROFILE: ____, ...others } = env;
  return {
    ...others,
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'false',
  };
}
