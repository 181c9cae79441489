/** The directory of organisations: what is refused when it is written, territories, keys that overlap. */
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, functionOf } from '../../domain/organisation/functions.js';
import {
  isEndpoint,
  isSecret,
  isValidOn,
  keyFaults,
  keysAt,
  organisationFaults,
  type Organisation,
  type OrganisationKey,
} from '../../domain/organisation/organisation.js';
import { enclosing, isTerritory } from '../../domain/organisation/territory.js';

const HOUSING: Organisation = {
  organisationId: 'abay-housing',
  function: 'housing',
  territory: '791110000',
  nameKk: 'Тұрғын үй бөлімі',
  nameRu: 'Отдел жилищных отношений',
  protocol: 'http',
  endpointUrl: 'https://housing.example/tirek',
  validFrom: '2026-12-01',
};
const faultsWith = (changes: Partial<Organisation>): string[] => organisationFaults({ ...HOUSING, ...changes }).map(({ field, code }) => `${field} ${code}`);

describe('an organisation as it is to be written', () => {
  it('is taken when it is whole, connected or on paper', () => {
    expect(organisationFaults(HOUSING)).toEqual([]);
    const { endpointUrl: _none, ...onPaper } = HOUSING;
    expect(organisationFaults({ ...onPaper, protocol: 'paper' })).toEqual([]);
  });

  it.each<[string, Partial<Organisation>, string]>([
    ['a function that nobody knows', { function: 'astronomy' }, '/function value_not_allowed'],
    ['a territory of eight digits', { territory: '75131000' }, '/territory wrong_format'],
    ['an address on paper', { protocol: 'paper' }, '/endpointUrl value_not_allowed'],
    ['http off the own machine', { endpointUrl: 'http://housing.example/tirek' }, '/endpointUrl wrong_format'],
    ['a query, to which no path can be appended', { endpointUrl: 'https://housing.example/x?y=1' }, '/endpointUrl wrong_format'],
    ['a day that does not exist', { validFrom: '2026-02-30' }, '/validFrom day_impossible'],
    ['an end before the beginning', { validTo: '2026-11-30' }, '/validTo dates_reversed'],
  ])('refuses %s', (_what, changes, fault) => {
    expect(faultsWith(changes)).toEqual([fault]);
  });

  it.each([
    ['https://housing.example', true],
    ['https://housing.example:8443/a/b', true],
    ['http://127.0.0.1:4000/agencies/x', true],
    ['http://localhost:4000', true],
    ['http://[::1]:4000/', true],
    ['http://127.0.0.1.example/', false],
    ['http://10.0.0.1/', false],
    ['https://user:password@housing.example/', false],
    ['https://housing.example/#part', false],
    ['ftp://housing.example/', false],
    ['https://', false],
  ])('an address %s: %s', (url, good) => {
    expect(isEndpoint(url)).toBe(good);
  });

  it.each([
    [`whsec_${'A'.repeat(32)}`, true],
    ['whsec_ZW1wbG95bWVudC1zZWNyZXQtb2YtdGVzdHM=', true],
    ['whsec_AAAA', false],
    ['whsec_!', false],
    ['ZW1wbG95bWVudC1zZWNyZXQtb2YtdGVzdHM=', false],
    [`whsec_${'A'.repeat(120)}`, false],
  ])('a secret %s: %s', (secret, good) => {
    expect(isSecret(secret)).toBe(good);
  });

  it('192-2: every sector is a function, and guardianship, the crisis centre and 111 stand beside them', () => {
    expect(FUNCTIONS).toHaveLength(16);
    expect(functionOf('guardianship')?.sector).toBe('education');
    expect(functionOf('contact_centre_111')?.sector).toBeUndefined();
  });
});

describe('territories', () => {
  it('lie in one another: settlement, district, region', () => {
    expect(enclosing('751310000')).toEqual(['751310000', '751300000', '750000000']);
    expect(enclosing('111234567')).toEqual(['111234567', '111234000', '111200000', '110000000']);
    expect(enclosing('750000000')).toEqual(['750000000']);
  });

  it('have nine digits', () => {
    expect(['751310000', '75131000', '051310000', 'Ауэзов'].map(isTerritory)).toEqual([true, false, false, false]);
  });
});

describe('validity', () => {
  it('counts its first and its last day', () => {
    const span = { validFrom: '2026-12-01', validTo: '2026-12-31' };
    expect(['2026-11-30', '2026-12-01', '2026-12-31', '2027-01-01'].map((day) => isValidOn(span, day))).toEqual([false, true, true, false]);
  });
});

describe('keys', () => {
  const secret = `whsec_${'A'.repeat(32)}`;
  const key = (keyId: string, validFrom: number, validTo?: number): OrganisationKey => ({
    keyId,
    secret,
    validFrom,
    ...(validTo === undefined ? {} : { validTo }),
  });

  it('two are good while one takes the other’s place, the newest first', () => {
    const keys = [key('old', 0, 200), key('new', 100)];
    expect([50, 150, 200].map((at) => keysAt(keys, at).map(({ keyId }) => keyId))).toEqual([['old'], ['new', 'old'], ['new']]);
  });

  it('a third at one instant is refused, and so is an end before the beginning', () => {
    const keys = [key('old', 0), key('new', 100)];
    expect(keyFaults(keys, key('third', 150))).toEqual([{ field: '/validFrom', code: 'overlap' }]);
    expect(keyFaults([key('old', 0, 150), key('new', 100)], key('third', 150))).toEqual([]);
    expect(keyFaults([], key('first', 100, 100))).toEqual([{ field: '/validTo', code: 'dates_reversed' }]);
  });
});
