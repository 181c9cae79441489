/**
 * The agency sectors of 192 п.2 and п.5: reference data, so that a thirteenth is a row.
 * Sends and refusals go by `code`; names are quoted from the order.
 */
export interface Sector {
  code: string;
  kk: string;
  ru: string;
  en: string;
}

export const SECTORS: readonly Sector[] = [
  { code: 'education', kk: 'білім беру', ru: 'образование', en: 'education' },
  { code: 'health', kk: 'денсаулық сақтау', ru: 'здравоохранение', en: 'health care' },
  { code: 'employment', kk: 'жұмыспен қамту', ru: 'занятость', en: 'employment' },
  { code: 'social_protection', kk: 'халықты әлеуметтік қорғау', ru: 'социальная защита населения', en: 'social protection' },
  { code: 'sports', kk: 'спорт', ru: 'спорт', en: 'sports' },
  { code: 'culture', kk: 'мәдениет', ru: 'культура', en: 'culture' },
  { code: 'tourism', kk: 'туризм', ru: 'туризм', en: 'tourism' },
  {
    code: 'family_policy',
    kk: 'қоғамдық даму және отбасы саясаты',
    ru: 'общественное развитие и семейная политика',
    en: 'public development and family policy',
  },
  { code: 'housing', kk: 'тұрғын үй қатынастары', ru: 'жилищные отношения', en: 'housing' },
  { code: 'youth', kk: 'жастар саясаты', ru: 'молодежная политика', en: 'youth policy' },
  { code: 'internal_policy', kk: 'ішкі саясат', ru: 'внутренняя политика', en: 'internal policy' },
  { code: 'internal_affairs', kk: 'ішкі істер', ru: 'внутренние дела', en: 'internal affairs (police)' },
];

const CODES = new Set(SECTORS.map((sector) => sector.code));

/** True for a sector that may be made responsible for a measure (192 п.2). */
export function isSector(code: string): boolean {
  return CODES.has(code);
}
