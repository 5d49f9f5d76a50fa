/** IP addresses and CIDR blocks, versions 4 and 6, as the conditions of a policy compare them. */

/** An address is a block of one. */
export interface Block {
  readonly bits: bigint;
  /** 32 or 128. */
  readonly width: number;
  /** How many leading bits count. */
  readonly prefix: number;
}

/** An address, or a block such as `203.0.113.0/24`; undefined for any other text. An address alone is a block of one. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', length, more] = text.split('/');
  const parsed = address.includes(':') ? parseVersion6(address) : parseVersion4(address);
  if (!parsed || more !== undefined) return undefined;
  if (length === undefined) return unmapped({ ...parsed, prefix: parsed.width });
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  return prefix <= parsed.width ? unmapped({ ...parsed, prefix }) : undefined;
}

/** An address, with or without a zone. */
export const parseAddress = (text: string): Block | undefined => parseBlock(text.replace(/%[^/]*$/, ''));

/** Whether an address lies in a block; false for texts that are neither. */
export function isWithin(block: string, address: string): boolean {
  const wanted = parseBlock(block);
  const found = parseAddress(address);
  return wanted !== undefined && found !== undefined && contains(wanted, found);
}

export function contains(block: Block, { bits, width }: Block): boolean {
  const ignored = BigInt(block.width - block.prefix);
  return block.width === width && block.bits >> ignored === bits >> ignored;
}

type Address = Pick<Block, 'bits' | 'width'>;

/** Callers of version 4, as a server that listens on version 6 sees them: `::ffff:0:0/96`. */
const MAPPED = 0xffffn;

function unmapped(block: Block): Block {
  const { bits, width, prefix } = block;
  if (width !== 128 || prefix < 96 || bits >> 32n !== MAPPED) return block;
  return { bits: bits & 0xffff_ffffn, width: 32, prefix: prefix - 96 };
}

function parseVersion4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return { bits: parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n), width: 32 };
}

function parseVersion6(text: string): Address | undefined {
  const [, start = '', end] = /^(.*:)(\d+(?:\.\d+){3})$/.exec(text) ?? [];
  if (end !== undefined) {
    // The last 32 bits may be written as an address of version 4.
    const last = parseVersion4(end);
    return last && parseVersion6(`${start}${(last.bits >> 16n).toString(16)}:${(last.bits & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  const [before = [], after] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = before.length + (after?.length ?? 0);
  if (halves.length > 2 || (after ? given > 7 : given !== 8)) return undefined;
  const groups = after ? [...before, ...Array<string>(8 - given).fill('0'), ...after] : before;
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return { bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n), width: 128 };
}
