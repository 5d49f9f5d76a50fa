/** An environment without the keys of this machine: none but those of a world have a part in what is shown. */

/** A copy without any setting of AWS's clients; the metadata service in it is that of the gate, which is behind no proxy. */
export function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const direct = [env.NO_PROXY ?? env.no_proxy, 'localhost', '.localhost', '127.0.0.1'].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'false',
    NO_PROXY: direct,
    no_proxy: direct,
  };
}
