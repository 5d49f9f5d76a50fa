/** The `fetch` functions that sign: nothing that gets keys for one may send through one, which would wait for those very keys. */
export const signingFetches = new WeakSet<object>();
