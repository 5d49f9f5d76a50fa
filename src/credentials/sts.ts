/** The query protocol of AWS STS, as far as it gives credentials. Source: the service model of STS, 2011-06-15. */
import type { Credentials } from '../types';
import type { Refusal } from './service-refusals';

export type StsParameters = readonly (readonly [name: string, value: string])[];

export const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

/** The form to post. */
export function toForm(action: string, parameters: StsParameters): string {
  const form = [['Action', action], ['Version', '2011-06-15'], ...parameters] as [string, string][];
  return new URLSearchParams(form).toString();
}

/** The keys in an answer; undefined where it holds none. */
export function readCredentials(xml: string): Credentials | undefined {
  const begin = xml.indexOf('<Credentials>');
  const end = xml.indexOf('</Credentials>', begin);
  if (begin < 0 || end < 0) return undefined;
  const found = xml.slice(begin, end);
  const accessKeyId = textOf(found, 'AccessKeyId');
  const secretAccessKey = textOf(found, 'SecretAccessKey');
  const sessionToken = textOf(found, 'SessionToken');
  const expiration = new Date(textOf(found, 'Expiration') ?? Number.NaN);
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime())) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

/** The refusal in an answer; undefined where it is none. */
export function readRefusal(xml: string): Refusal | undefined {
  const code = textOf(xml, 'Code');
  return code ? { code, message: textOf(xml, 'Message') ?? '', requestId: textOf(xml, 'RequestId') } : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of an element that has no others in it, as all are that are read here. */
function textOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.trim().replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hexadecimal, entity) => {
    if (entity) return Object.hasOwn(ENTITIES, entity) ? (ENTITIES[entity] as string) : all;
    const point = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}
