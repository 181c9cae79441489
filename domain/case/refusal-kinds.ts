/** Every refusal with its kind, put together from the roads and the Center: a door makes its answer of the kind. */
import { CENTER_REFUSALS } from '../center/refusals.js';
import { REFUSALS_OF_ALL, type CaseRefusalCode, type RefusalCode, type RefusalKind } from './refusal.js';
import { ROADS } from './roads.js';

const OF_CASES = Object.assign({}, REFUSALS_OF_ALL, ...Object.values(ROADS).map(({ refusals }) => refusals)) as Readonly<Record<CaseRefusalCode, RefusalKind>>;

export const REFUSAL_KINDS: Readonly<Record<RefusalCode, RefusalKind>> = { ...OF_CASES, ...CENTER_REFUSALS };

export const CASE_REFUSAL_CODES = Object.keys(OF_CASES) as readonly CaseRefusalCode[];

export const REFUSAL_CODES = Object.keys(REFUSAL_KINDS) as readonly RefusalCode[];
