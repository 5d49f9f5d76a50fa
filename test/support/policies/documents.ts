/** The policies of a world with their paths, and the condition keys that they ask for. */
import type { PolicyDocument, World } from 'sigv4kit/gate';

/** By path: `accounts.111122223333.users.buddy.policies[0]`. */
export type Documents = ReadonlyMap<string, PolicyDocument>;

/** Names under which a world has policies. */
const PLACES = ['policy', 'trust', 'boundary', 'policies', 'serviceControlPolicies', 'x-amazon-apigateway-policy'];

export function documentsOf(world: World): Documents {
  const found = new Map<string, PolicyDocument>();
  visit(world, '', '');
  return found;

  function visit(value: unknown, path: string, name: string): void {
    if (typeof value !== 'object' || value === null) return;
    if (PLACES.includes(name) && 'Statement' in value) {
      found.set(path, value as PolicyDocument);
      return;
    }
    for (const [key, part] of Object.entries(value))
      visit(
        part,
        Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`.replace(/^\./, ''),
        Array.isArray(value) ? name : key,
      );
  }
}

/** Lower case; those of conditions and of variables. */
export function keysIn(documents: Documents): Set<string> {
  const text = JSON.stringify([...documents.values()]);
  const conditions = [...documents.values()].flatMap(({ Statement }) =>
    [Statement]
      .flat()
      .flatMap(({ Condition = {} }) => Object.values(Condition).flatMap((block) => Object.keys(block as object))),
  );
  const variables = [...text.matchAll(/\$\{([a-z-]+:[^,}]+)/gi)].map(([, key]) => key as string);
  return new Set([...conditions, ...variables].map((key) => key.toLowerCase()));
}

/** The blocks of addresses that policies name. */
export function addressesIn(documents: Documents): string[] {
  const text = JSON.stringify([...documents.values()]);
  return [...new Set([...text.matchAll(/"(\d+\.\d+\.\d+\.\d+)(?:\/\d+)?"/g)].map(([, address]) => address as string))];
}
