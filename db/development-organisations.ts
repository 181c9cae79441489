/**
 * The organisations of a development installation: those of the districts of both Centers, each with every function. Their
 * simulators play them; codes of territories are by the classifier (ӘАОЖ / КАТО).
 */
import { FUNCTIONS, functionOf } from '../domain/organisation/functions.js';

export interface DevelopmentOrganisation {
  organisationId: string;
  function: string;
  territory: string;
  nameKk: string;
  nameRu: string;
}

interface District {
  /** Begins the ids of its organisations. */
  prefix: string;
  territory: string;
  kk: string;
  ru: string;
}

const DISTRICTS: readonly [District, District] = [
  { prefix: 'auezov', territory: '751310000', kk: 'Алматы қ. Әуезов ауданы', ru: 'Ауэзовский район г. Алматы' },
  { prefix: 'abay', territory: '791110000', kk: 'Шымкент қ. Абай ауданы', ru: 'Абайский район г. Шымкента' },
];

/** Where the first Center is. */
export const FIRST_DISTRICT = DISTRICTS[0];
export const SECOND_DISTRICT = DISTRICTS[1];

function organisationIn({ territory, kk, ru }: District, organisationId: string, code: string): DevelopmentOrganisation {
  const row = functionOf(code);
  if (row === undefined) throw new Error(`there is no function ${code}`);
  return { organisationId, function: code, territory, nameKk: `${kk}: ${row.kk}`, nameRu: `${ru}: ${row.ru}` };
}

/** The id of the simulated organisation of a function in the first district, or in the named one. */
export function developmentOrganisationId(code: string, { prefix }: Pick<District, 'prefix'> = FIRST_DISTRICT): string {
  return `${prefix}-${code.replaceAll('_', '-')}`;
}

export const DEVELOPMENT_ORGANISATIONS: readonly DevelopmentOrganisation[] = DISTRICTS.flatMap((district) =>
  FUNCTIONS.map(({ code }) => organisationIn(district, developmentOrganisationId(code, district), code)),
);

/** One of those, or, of a house that knows each sector by its own code, that of the sector in the first district. */
export function developmentOrganisation(organisationId: string): DevelopmentOrganisation {
  return DEVELOPMENT_ORGANISATIONS.find((known) => known.organisationId === organisationId) ?? organisationIn(FIRST_DISTRICT, organisationId, organisationId);
}
