/**
 * What an organisation of the directory is there for: one of the sectors of 192 п.2 and п.5, or a function that the
 * orders name beside them (256 п.24, п.26; 256 п.12 2)). Reference data: a new function is a row.
 */
import { SECTORS, type Sector } from '../law/sectors.js';

export interface OrganisationFunction extends Sector {
  /** The sector of 192 п.2 whose measures it may be made responsible for; absent: for none. */
  sector?: string;
}

const BESIDE_THE_SECTORS: readonly OrganisationFunction[] = [
  {
    code: 'guardianship',
    sector: 'education',
    kk: 'қорғаншылық және қамқоршылық органы',
    ru: 'орган опеки и попечительства',
    en: 'guardianship and trusteeship body',
  },
  { code: 'crisis_centre', sector: 'social_protection', kk: 'дағдарыс орталығы', ru: 'кризисный центр', en: 'crisis centre' },
  {
    code: 'special_social_services',
    sector: 'social_protection',
    kk: 'арнаулы әлеуметтік қызметтер көрсететін ұйым',
    ru: 'организация, предоставляющая специальные социальные услуги',
    en: 'organisation of special social services',
  },
  { code: 'contact_centre_111', kk: '«111» байланыс орталығы', ru: 'контакт-центр «111»', en: 'contact centre 111' },
];

export const FUNCTIONS: readonly OrganisationFunction[] = [...SECTORS.map((sector) => ({ ...sector, sector: sector.code })), ...BESIDE_THE_SECTORS];

/** 256-24: the organisations to which a person is redirected for identification. */
export const IDENTIFYING_FUNCTIONS: readonly string[] = ['crisis_centre', 'special_social_services'];

const BY_CODE = new Map(FUNCTIONS.map((row) => [row.code, row]));

/** The row of a function, or undefined for a code that names none. */
export function functionOf(code: string): OrganisationFunction | undefined {
  return BY_CODE.get(code);
}
