/**
 * An organisation of the directory: whom a measure or a notice names. What is wrong with one is found before it is
 * written; nothing here reads a clock or a table.
 */
import { isLegalDay, type Instant, type LegalDay } from '../law/calendar.js';
import { functionOf } from './functions.js';
import { isTerritory } from './territory.js';

/** `http`: signed messages to its address. `paper`: it is connected to nothing, and people bring what it is told. */
export type Protocol = 'http' | 'paper';

export const PROTOCOLS: readonly Protocol[] = ['http', 'paper'];

export interface Organisation {
  organisationId: string;
  /** Code of `FUNCTIONS`. */
  function: string;
  territory: string;
  nameKk: string;
  nameRu: string;
  protocol: Protocol;
  /** Of `http` alone. */
  endpointUrl?: string;
  /** First day on which it may be named. */
  validFrom: LegalDay;
  /** Last day; absent: until further notice. */
  validTo?: LegalDay;
  /** Who has taken over what it owed, from its end on. */
  successor?: string;
}

/** A key signs both ways. During an overlap two are good: we sign with both, and take either. */
export interface OrganisationKey {
  keyId: string;
  /** Standard Webhooks secret, `whsec_...`. */
  secret: string;
  validFrom: Instant;
  /** The instant from which it is good no more; absent: until further notice. */
  validTo?: Instant;
}

/** What is wrong with one field; the codes are those of field faults of the API. */
export interface OrganisationFault {
  field: string;
  code: 'value_not_allowed' | 'wrong_format' | 'required' | 'dates_reversed' | 'day_impossible' | 'overlap';
}

/** Everything that is wrong with an organisation as it is to be written. */
export function organisationFaults(organisation: Organisation): OrganisationFault[] {
  const { function: code, territory, endpointUrl, protocol, validFrom, validTo } = organisation;
  const faults: OrganisationFault[] = [];
  const fault = (field: string, found: OrganisationFault['code']): unknown => faults.push({ field, code: found });
  if (functionOf(code) === undefined) fault('/function', 'value_not_allowed');
  if (!isTerritory(territory)) fault('/territory', 'wrong_format');
  if (protocol === 'http' && endpointUrl === undefined) fault('/endpointUrl', 'required');
  if (protocol === 'paper' && endpointUrl !== undefined) fault('/endpointUrl', 'value_not_allowed');
  if (endpointUrl !== undefined && !isEndpoint(endpointUrl)) fault('/endpointUrl', 'wrong_format');
  if (!isLegalDay(validFrom)) fault('/validFrom', 'day_impossible');
  if (validTo !== undefined && !isLegalDay(validTo)) fault('/validTo', 'day_impossible');
  else if (validTo !== undefined && validTo < validFrom) fault('/validTo', 'dates_reversed');
  return faults;
}

/** A host of this machine, where nobody listens in: development only. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * An address to which a person's identity may be sent: https, in the clear on the own machine alone; without a query, to
 * which no path can be appended, and without a password, which would stand in logs.
 */
export function isEndpoint(url: string): boolean {
  const parts = /^(https?):\/\/((?:\[[0-9a-f:.]+\]|[a-z0-9.-]+))(?::\d{1,5})?(?:\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$/i.exec(url);
  if (parts === null) return false;
  const [, scheme = '', host = ''] = parts;
  return scheme.toLowerCase() === 'https' || LOOPBACK.test(host.toLowerCase());
}

/** Standard Webhooks: `whsec_` and the base64 of 16 to 64 bytes; fewer would be guessed. */
export function isSecret(secret: string): boolean {
  const encoded = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(secret)?.[1];
  if (encoded === undefined) return false;
  const bytes = (encoded.length / 4) * 3 - (encoded.match(/=/g)?.length ?? 0);
  return bytes >= 16 && bytes <= 64;
}

/** Is it valid on that day? */
export function isValidOn({ validFrom, validTo }: Pick<Organisation, 'validFrom' | 'validTo'>, day: LegalDay): boolean {
  return validFrom <= day && (validTo === undefined || day <= validTo);
}

/** Keys that are good at that instant, the newest first: we sign with each, and take any. */
export function keysAt(keys: readonly OrganisationKey[], at: Instant): OrganisationKey[] {
  return keys.filter(({ validFrom, validTo }) => validFrom <= at && (validTo === undefined || at < validTo)).toSorted((a, b) => b.validFrom - a.validFrom);
}

/** Two keys overlap while one takes the other's place; a third would be one that nobody has taken back. */
const MOST_KEYS_AT_ONCE = 2;

/** Everything that is wrong with the keys of an organisation as they are to be written, of the one that is changed. */
export function keyFaults(keys: readonly OrganisationKey[], changed: OrganisationKey): OrganisationFault[] {
  const faults: OrganisationFault[] = [];
  if (!isSecret(changed.secret)) faults.push({ field: '/secret', code: 'wrong_format' });
  if (changed.validTo !== undefined && changed.validTo <= changed.validFrom) faults.push({ field: '/validTo', code: 'dates_reversed' });
  const all = [...keys.filter(({ keyId }) => keyId !== changed.keyId), changed];
  const crowded = all.some(({ validFrom }) => keysAt(all, validFrom).length > MOST_KEYS_AT_ONCE);
  if (crowded) faults.push({ field: '/validFrom', code: 'overlap' });
  return faults;
}
