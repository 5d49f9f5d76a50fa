/** The checksums of Amazon S3 that need no library: CRC-32 and CRC-32C, fed piece by piece. */

/** A checksum under way. */
export interface Checksum {
  /** The header that carries it. */
  readonly name: string;
  update(bytes: Uint8Array): void;
  /** In base64, big end first, as S3 takes it. */
  digest(): string;
}

/** The polynomials, bits reversed: that of Ethernet, and Castagnoli's. */
const POLYNOMIALS: Readonly<Record<string, number>> = {
  'x-amz-checksum-crc32': 0xedb88320,
  'x-amz-checksum-crc32c': 0x82f63b78,
};

/** The checksum that a header of this name carries; undefined for one that is not known here. */
export function checksumOf(name: string): Checksum | undefined {
  if (!Object.hasOwn(POLYNOMIALS, name)) return undefined;
  const table = tableOf(POLYNOMIALS[name] as number);
  let crc = -1;
  return {
    name,
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
      }
    },
    digest() {
      const value = ~crc;
      return btoa(String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff));
    },
  };
}

function tableOf(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}
