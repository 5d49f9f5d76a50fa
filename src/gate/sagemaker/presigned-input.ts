/** The input of CreatePresignedDomainUrl, held against its limits (service model of 2017-07-24). */
import { checkNumber, checkText, type TextLimits, toMessage } from '../constraints';
import { type JsonRefusal, jsonRefusal, NOT_JSON, readJson } from '../json-answers';

/** What a call asks for. */
export interface PresignedCall {
  readonly domainId: string;
  readonly userProfile: string;
  readonly space: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
}

const NAME = '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}';
const TEXTS: Readonly<Record<string, TextLimits>> = {
  DomainId: { min: 0, max: 63, pattern: 'd-(-*[a-z0-9]){1,61}', required: true },
  UserProfileName: { min: 0, max: 63, pattern: NAME, required: true },
  SpaceName: { min: 0, max: 63, pattern: NAME },
  // Read and left: there is no Studio here for it to lead into.
  LandingUri: { min: 0, max: 1023 },
};
const NUMBERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  SessionExpirationDurationInSeconds: [1800, 43_200],
  ExpiresInSeconds: [5, 300],
};

/** What the body asks for, or the refusal. */
export function readPresignedCall(body: Uint8Array): PresignedCall | JsonRefusal {
  const input = readJson(body);
  if (!input) return NOT_JSON;
  // Unconfirmed: both texts.
  const given = Object.entries(input).filter(([, value]) => value !== null);
  if (given.some(([name, value]) => Object.hasOwn(TEXTS, name) && typeof value !== 'string'))
    return jsonRefusal('SerializationException', 'Expected a string');
  if (given.some(([name, value]) => Object.hasOwn(NUMBERS, name) && !Number.isInteger(value)))
    return jsonRefusal('SerializationException', 'Expected an integer');
  const values: Readonly<Record<string, unknown>> = Object.fromEntries(given);
  const violations = [
    ...Object.entries(TEXTS).flatMap(([name, limits]) =>
      checkText(toMember(name), values[name] as string | undefined, limits),
    ),
    ...Object.entries(NUMBERS).flatMap(([name, limits]) =>
      checkNumber(toMember(name), values[name] as number | undefined, ...limits),
    ),
  ];
  if (violations.length > 0) return jsonRefusal('ValidationException', toMessage(violations));
  return {
    domainId: values.DomainId as string,
    userProfile: values.UserProfileName as string,
    space: values.SpaceName as string | undefined,
    expiresIn: (values.ExpiresInSeconds as number | undefined) ?? 300,
  };
}

const toMember = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
