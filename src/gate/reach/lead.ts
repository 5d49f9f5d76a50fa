/** What every way to a gate needs to know: which hosts lead there, and what it is told of a request that is led. */
import { GATE_FROM, GATE_HOST } from './gate-headers';

/** A way to a gate, from one standpoint. */
export interface Lead {
  /** Whether a host (lower-case, without port) leads to the gate. */
  leads(host: string): boolean;
  /** The gate's own address over plain HTTP, `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Where callers stand, as the header writes it. */
  readonly from: string | undefined;
}

/** The headers that tell a gate of a request for an origin, `https://host`. */
export const headersFor = ({ from }: Lead, origin: string): [name: string, value: string][] =>
  from === undefined
    ? [[GATE_HOST, origin]]
    : [
        [GATE_HOST, origin],
        [GATE_FROM, from],
      ];
