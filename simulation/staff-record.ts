/** Whom the Center of the synthetic lives lists, and the codes that its plans use: as an installation has them on its first day. */
import type { StaffRecord, TermRow } from '../ledger/known-things.js';
import { SEEDED_CODES } from '../db/reference-code-seed.js';
import { REFERENCE_LISTS, termKey } from '../domain/case/reference-lists.js';
import { HEAD, MANAGER, UNIT_HEAD } from './people.js';

const SINCE = '2020-01-01';

export const STAFF_RECORD: StaffRecord = {
  listed: [HEAD.id, UNIT_HEAD.id, MANAGER.id, 'psychologist-almaty-auezov'],
  staffing: {
    posts: [
      { role: 'center_head', person: HEAD.id, from: SINCE },
      { role: 'unit_head', person: UNIT_HEAD.id, from: SINCE },
      { role: 'case_manager', person: MANAGER.id, from: SINCE },
    ],
    deputies: [],
    rota: [],
  },
};

export const TERMS: ReadonlyMap<string, TermRow> = new Map(
  REFERENCE_LISTS.flatMap((list) =>
    Object.keys(SEEDED_CODES[list]).map((code): [string, TermRow] => [termKey(list, code), { key: termKey(list, code), from: SINCE, to: null }]),
  ),
);
