/** The family and its own case (192-4-1): the code on its paper, and what it sees by it. */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { FamilyView } from '../contracts/http/family-view.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { ruleTitle } from '../contracts/messages/wording.js';
import { recordLook } from '../db/access-log.js';
import { beginFamilySession, endFamilySession, familyOfSession, findFamilyCode, keepFamilyCode, type FamilyCodeHolder } from '../db/family-codes.js';
import { organisationNames, type OrganisationNames } from '../db/organisations.js';
import { vaultOf, type Pool } from '../db/pool.js';
import { titlesOf } from '../db/reference-codes.js';
import type { CaseState, Measure } from '../domain/case/state.js';
import { readLedgerCase } from '../ledger/read-cases.js';
import type { Bounds } from './bounds.js';
import { iso } from './instants.js';
import { problem } from './problem.js';

type View = z.input<typeof FamilyView>;

/** Without letters that are read as digits; 16 of them are 80 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BYTES = 10;

/** A code that nobody can guess, in groups as it is written on paper. */
export function newFamilyCode(): string {
  let bits = BigInt(`0x${randomBytes(BYTES).toString('hex')}`);
  let letters = '';
  for (let place = 0; place < (BYTES * 8) / 5; place += 1) {
    letters = ALPHABET.charAt(Number(bits & 31n)) + letters;
    bits >>= 5n;
  }
  return letters.replaceAll(/.{4}(?=.)/g, '$&-');
}

/** As somebody types it: small letters, other gaps, letters for digits. */
function typed(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

async function digestOf(pool: Pool, code: string): Promise<Buffer> {
  return (await vaultOf(pool).fingerprints()).familyCode(typed(code));
}

/**
 * Makes the code that a command has issued, once: whoever asks again with the same key gets none, for it was shown.
 * @param codeId id of the command
 */
export async function makeFamilyCode(pool: Pool, caseId: string, codeId: string): Promise<string | undefined> {
  const code = newFamilyCode();
  return (await keepFamilyCode(pool, { codeId, caseId, digest: await digestOf(pool, code) })) ? code : undefined;
}

/** Longer than any code with whatever gaps. */
const LONGEST = 64;

/**
 * Whose code it is. A wrong one, a withdrawn and an expired one have the same answer after the same question to Postgres.
 * @param address from which it is tried: so many tries fail, and no more is looked at
 * @throws ProblemError `family_code_invalid`, `too_many_requests`
 */
export async function familyByCode(pool: Pool, bounds: Bounds, address: string, code: string): Promise<FamilyCodeHolder> {
  // Apart from the tries of staff: a family that mistypes its code must not shut out the Center behind the same address.
  const tries = `family ${address}`;
  await bounds.beforeSignIn(tries);
  const family = await findFamilyCode(pool, await digestOf(pool, code.slice(0, LONGEST)));
  if (family !== undefined) return family;
  await bounds.afterFailedSignIn(tries);
  throw problem('family_code_invalid');
}

/** A page is looked at for so long, on whosever screen it is. */
export const FAMILY_SESSION_MS = 15 * 60_000;

export function openFamilyPage(pool: Pool, { codeId }: FamilyCodeHolder): Promise<string> {
  return beginFamilySession(pool, codeId, FAMILY_SESSION_MS);
}

export const familyBehind = familyOfSession;
export const closeFamilyPage = endFamilySession;

/** What the family sees of its case; the look stands in the log before this returns. */
export async function tellFamily(pool: Pool, { caseId, center, codeId }: FamilyCodeHolder, language: Language): Promise<View> {
  const read = await readLedgerCase(pool, caseId);
  if (read === undefined) throw problem('family_code_invalid');
  const [names, supports] = await Promise.all([organisationNames(pool), titlesOf(pool, 'support_kind')]);
  const actor = { id: `family:${codeId}`, role: 'family' as const, center };
  await recordLook(pool, { actor, act: 'readFamilyView', cases: [caseId], fields: ['plan'], outcome: 'shown', withinWork: true });
  return familyView(read.state, { names, supports, language });
}

interface Words {
  names: OrganisationNames;
  supports: ReadonlyMap<string, Readonly<Record<Language, string>>>;
  language: Language;
}

function familyView(state: CaseState, words: Words): View {
  const { familyView: said } = catalogueOf(words.language);
  const next = nextTerm(state, words.language);
  return {
    stage: state.stage,
    stageText: said.stages[state.stage],
    ...(next === undefined ? {} : { next }),
    measures: toldMeasures(state).map((measure) => ownMeasure(measure, state, words)),
    rights: Object.values(said.rights),
    complaint: said.complaint,
  };
}

/** Of an approved plan; where somebody stays is told to nobody. */
function toldMeasures({ ipr, measures }: CaseState): readonly Measure[] {
  return ipr?.approvedOn === undefined ? [] : measures.filter(({ supportKind }) => supportKind !== 'temporary_residence');
}

/** By the name of who helps it could be told that there is violence, and where somebody is. */
function ownMeasure(
  { supportKind, agency, dueOn, status, kind }: Measure,
  { violenceSince }: CaseState,
  { names, supports, language }: Words,
): View['measures'][number] {
  const { familyView: said, measureStates } = catalogueOf(language);
  const name = agency === undefined ? undefined : names.get(agency)?.[language === 'kk' ? 'kk' : 'ru'];
  const organisation = kind === 'family' || violenceSince !== null ? undefined : name;
  const support = violenceSince === null ? supports.get(supportKind)?.[language] : undefined;
  return { support: support ?? said.measure, ...(organisation === undefined ? {} : { organisation }), dueOn, status, statusText: measureStates[status] };
}

/** Terms of the common road; what else is owed could tell what happened to somebody. */
const TOLD_TERMS: readonly string[] = [
  '256-13-1',
  '256-14-1',
  '256-13-2',
  '256-14-2',
  '256-13-3',
  '256-14-3',
  '192-8',
  '192-9',
  '192-11-1',
  '192-11-2',
  '256-16-3',
  'D-CL',
];

function nextTerm({ duties }: CaseState, language: Language): View['next'] {
  const ahead = duties.flatMap(({ rule, state, dueAt }) => (state === 'open' && dueAt !== undefined && TOLD_TERMS.includes(rule) ? [{ rule, dueAt }] : []));
  const [next] = ahead.toSorted((a, b) => a.dueAt - b.dueAt);
  return next && { what: ruleTitle(next.rule, language), until: iso(next.dueAt) };
}
