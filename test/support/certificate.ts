/** Certificates of a test, of an authority that the gate makes. */
import { createAuthority } from '../../src/gate/reach/certificates';

/** All PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Who trusts this one trusts the other. */
  readonly ca: string;
}

/** For these host names. */
export async function certificateFor(...names: string[]): Promise<Certificate> {
  const authority = await createAuthority();
  return { ...(await authority.issue(names)), ca: authority.certificate };
}
