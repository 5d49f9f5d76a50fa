/** What a call rejects with, for tests that look at it. */
export const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error) => error,
  );
