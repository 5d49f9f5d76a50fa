/** A deny as rulings and the log tell it. */
import type { Ruling } from '../arrival';
import type { Denied } from './judgement';

/** The parts of a ruling that say which policies refused, and by which statement. */
export const deniedRuling = ({ explicit, policy, statement }: Denied) =>
  ({
    outcome: 'refused',
    reason: explicit ? 'explicit-deny' : 'implicit-deny',
    policy,
    statement,
  }) as const satisfies Omit<Ruling, 'reply'>;
