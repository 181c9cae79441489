/** The directory of organisations: everybody reads it, the administrator keeps it. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { PingHttp } from '../adapters/agency-http.js';
import {
  EndBody,
  KeyBody,
  OrganisationBody,
  type Keys,
  type Organisation as OrganisationShown,
  type OrganisationHistory,
  type OrganisationPage,
  type OrganisationQuery,
  type Ping,
  type Proposals,
} from '../contracts/http/organisations.js';
import { endpointFault, type AgencyReach } from '../contracts/agency-reach.js';
import { present } from '../contracts/optional.js';
import { readTerritories } from '../db/households.js';
import { ownAddress, readKeys } from '../db/organisation-keys.js';
import * as db from '../db/organisations.js';
import type { Pool } from '../db/pool.js';
import type { Actor } from '../domain/case/facts.js';
import {
  isEndpoint,
  isSecret,
  keyFaults,
  organisationFaults,
  type Organisation,
  type OrganisationFault,
  type OrganisationKey,
} from '../domain/organisation/organisation.js';
import { legalDayOf } from '../domain/law/calendar.js';
import { functionOf } from '../domain/organisation/functions.js';
import { propose, territoriesOf } from '../domain/organisation/proposal.js';
import { readableCase } from './case-access.js';
import { iso } from './instants.js';
import { problem, refused } from './problem.js';
import { withCursor } from './reads.js';
import { readBody, requireRight, type Asked } from './asked.js';

type Shown = z.input<typeof OrganisationShown>;

function shown({ version, organisation }: db.StoredOrganisation): Shown {
  return { ...organisation, version };
}

/** @throws ProblemError `cursor_invalid` */
export async function listOrganisations(pool: Pool, query: z.output<typeof OrganisationQuery>): Promise<z.input<typeof OrganisationPage>> {
  const { items, next } = await withCursor(query.after, () => db.listOrganisations(pool, present(query)));
  return { items: items.map(shown), ...(next === undefined ? {} : { next }) };
}

/** @throws ProblemError `organisation_unknown` */
export async function showOrganisation(pool: Pool, organisationId: string): Promise<Shown> {
  return shown(await known(pool, organisationId));
}

async function known(pool: Pool, organisationId: string): Promise<db.StoredOrganisation> {
  const stored = await db.readOrganisation(pool, organisationId);
  if (stored === undefined) throw refused({ code: 'organisation_unknown' });
  return stored;
}

/** @throws ProblemError `case_unknown`, `case_not_started_yet` */
export async function proposeFor(pool: Pool, actor: Actor, caseId: string): Promise<z.input<typeof Proposals>> {
  const { householdId } = await readableCase(pool, actor, caseId, { act: 'readCases', shows: ['skeleton'] });
  const family = await readTerritories(pool, householdId, actor.center);
  const valid = await db.organisationsOf(pool, territoriesOf(family), legalDayOf(Date.now()));
  const items = propose(
    family,
    valid.map(({ organisation }) => organisation),
  ).map(({ organisationId, ...proposal }) => {
    const found = valid.find(({ organisation }) => organisation.organisationId === organisationId);
    return { ...proposal, ...(found === undefined ? {} : { organisation: shown(found) }) };
  });
  return { items };
}

/**
 * Whom a measure names where nobody of that function is in the directory: an organisation of the territory that is told on
 * paper, so that what it is to be told becomes a task of people. Where there is one, that one is the answer.
 * @throws ProblemError `case_unknown`, `case_not_started_yet`, `role_not_allowed`
 */
export async function nameOnPaper(pool: Pool, { actor }: Asked, caseId: string, code: string): Promise<Shown> {
  requireRight('nameOnPaper', actor);
  const row = functionOf(code);
  const proposal = (await proposeFor(pool, actor, caseId)).items.find((each) => each.function === code);
  if (row === undefined || proposal === undefined) throw new Error(`the directory proposes nothing for ${code}`);
  if (proposal.organisation !== undefined) return proposal.organisation;
  const { territory } = proposal;
  const organisation: Organisation = {
    organisationId: `paper-${code.replaceAll('_', '-')}-${territory}`,
    function: code,
    territory,
    nameKk: `${row.kk} (${territory}), қағаз жүзінде`,
    nameRu: `${row.ru} (${territory}), на бумаге`,
    protocol: 'paper',
    validFrom: legalDayOf(Date.now()),
  };
  const before = await db.readOrganisation(pool, organisation.organisationId);
  return shown(storedIn(await db.writeOrganisation(pool, { version: before?.version ?? 0, organisation, what: 'registered', changedBy: actor.id })));
}

/**
 * @param reach where organisations may stand: an address off it is a fault of the field
 * @throws ProblemError `organisation_invalid` with each fault, `organisation_changed`, `organisation_overlaps`, `organisation_ended`
 */
export async function writeOrganisation(pool: Pool, { actor, body: sent }: Asked, organisationId: string, reach: AgencyReach): Promise<Shown> {
  requireRight('keepOrganisations', actor);
  const { version, secret, ...body } = readBody(OrganisationBody, sent);
  const organisation: Organisation = { organisationId, ...present(body) };
  const before = await db.readOrganisation(pool, organisationId);
  refuseFaults([
    ...organisationFaults(organisation),
    ...reachFaults(organisation, reach),
    ...secretFaults(organisation, version, secret),
    ...fixedFaults(organisation, before?.organisation),
  ]);
  if (before?.organisation.successor !== undefined) throw problem('organisation_ended');
  const written = await db.writeOrganisation(pool, {
    version,
    organisation,
    ...(secret === undefined ? {} : { firstKey: { keyId: 'first', secret, validFrom: Date.parse(`${organisation.validFrom}T00:00:00+05:00`) } }),
    what: version === 0 ? 'registered' : 'changed',
    changedBy: actor.id,
  });
  return shown(storedIn(written));
}

/** One whose form is wrong has that fault already. */
function reachFaults({ endpointUrl }: Organisation, reach: AgencyReach): OrganisationFault[] {
  if (endpointUrl === undefined || !isEndpoint(endpointUrl) || endpointFault(endpointUrl, reach) === undefined) return [];
  return [{ field: '/endpointUrl', code: 'value_not_allowed' }];
}

/** Its first key comes with its registration; later ones by their own address, so that none is overwritten in passing. */
function secretFaults({ protocol }: Organisation, version: number, secret: string | undefined): OrganisationFault[] {
  if (secret === undefined) return version === 0 && protocol === 'http' ? [{ field: '/secret', code: 'required' }] : [];
  if (version > 0 || protocol === 'paper') return [{ field: '/secret', code: 'value_not_allowed' }];
  return isSecret(secret) ? [] : [{ field: '/secret', code: 'wrong_format' }];
}

/** What it is there for, and where, stands in ledgers: another function or territory is another organisation. */
function fixedFaults(organisation: Organisation, before: Organisation | undefined): OrganisationFault[] {
  if (before === undefined) return [];
  return (['function', 'territory'] as const).flatMap((field) =>
    before[field] === organisation[field] ? [] : [{ field: `/${field}`, code: 'value_not_allowed' as const }],
  );
}

function refuseFaults(faults: readonly OrganisationFault[]): void {
  if (faults.length > 0) throw problem('organisation_invalid', { issues: faults });
}

function storedIn(written: db.OrganisationWritten): db.StoredOrganisation {
  switch (written.outcome) {
    case 'written':
      return written.stored;
    case 'changed_meanwhile':
      throw problem('organisation_changed');
    case 'overlaps':
      throw problem('organisation_overlaps', { params: { organisationId: written.organisationId } });
  }
}

/** @throws ProblemError `organisation_owes` with what it owes, `successor_unfit`, `organisation_invalid`, `organisation_changed` */
export async function endOrganisation(pool: Pool, { actor, body: sent }: Asked, organisationId: string): Promise<Shown> {
  requireRight('keepOrganisations', actor);
  const { version, lastDay, successor } = readBody(EndBody, sent);
  const { organisation: before } = await known(pool, organisationId);
  const { successor: _former, ...rest } = before;
  const organisation: Organisation = { ...rest, validTo: lastDay, ...(successor === undefined ? {} : { successor }) };
  refuseFaults(organisationFaults(organisation));
  if (successor !== undefined) await refuseUnfit(pool, before, lastDay, successor);
  else await refuseOwing(pool, organisationId);
  return shown(storedIn(await db.writeOrganisation(pool, { version, organisation, what: 'ended', changedBy: actor.id })));
}

/** Of the same function, valid on the day after, and not its own predecessor. */
async function refuseUnfit(pool: Pool, { organisationId, function: code }: Organisation, lastDay: string, successor: string): Promise<void> {
  const found = await db.readOrganisation(pool, successor);
  const { validFrom, validTo, function: its, successor: next } = found?.organisation ?? {};
  const isFit = successor !== organisationId && next === undefined && its === code && validFrom !== undefined && (validTo === undefined || validTo > lastDay);
  if (!isFit) throw problem('successor_unfit', { params: { successor } });
}

/** Named with their cases, some of them: whoever ends it sees who is left without. */
async function refuseOwing(pool: Pool, organisationId: string): Promise<void> {
  const owed = await db.measuresOwedBy(pool, organisationId);
  if (owed.length === 0) return;
  const some = owed.slice(0, 20).map(({ caseId, measureId }) => `${caseId} ${measureId}`);
  throw problem('organisation_owes', { params: { count: owed.length, measures: some.join(', ') } });
}

/** @throws ProblemError `organisation_unknown`, `role_not_allowed` */
export async function showHistory(pool: Pool, actor: Actor, organisationId: string): Promise<z.input<typeof OrganisationHistory>> {
  requireRight('keepOrganisations', actor);
  await known(pool, organisationId);
  const items = await db.organisationHistory(pool, organisationId);
  return { items: items.map(({ changedAt, ...change }) => ({ ...change, changedAt: iso(changedAt) })) };
}

// ------------------------------------------------------------------ Keys and the ping

/** @throws ProblemError `organisation_unknown`, `role_not_allowed` */
export async function listKeys(pool: Pool, actor: Actor, organisationId: string): Promise<z.input<typeof Keys>> {
  requireRight('keepOrganisations', actor);
  await known(pool, organisationId);
  return keysShown(await readKeys(pool, organisationId));
}

function keysShown(keys: readonly OrganisationKey[]): z.input<typeof Keys> {
  return {
    items: keys.map(({ keyId, validFrom, validTo }) => ({ keyId, validFrom: iso(validFrom), ...(validTo === undefined ? {} : { validTo: iso(validTo) }) })),
  };
}

/** @throws ProblemError `organisation_invalid` with each fault */
export async function setKey(pool: Pool, { actor, body: sent }: Asked, organisationId: string, keyId: string): Promise<z.input<typeof Keys>> {
  requireRight('keepOrganisations', actor);
  await known(pool, organisationId);
  const body = readBody(KeyBody, sent);
  await db.setKey(pool, organisationId, actor.id, (keys) => keyAfter(keys, keyId, body));
  return keysShown(await readKeys(pool, organisationId));
}

/** The key as it is to be written; undefined when it is so already. */
function keyAfter(keys: readonly OrganisationKey[], keyId: string, body: z.output<typeof KeyBody>): OrganisationKey | undefined {
  const before = keys.find((key) => key.keyId === keyId);
  const secret = before?.secret ?? body.secret;
  if (secret === undefined) throw problem('organisation_invalid', { issues: [{ field: '/secret', code: 'required' }] });
  // A key that signed something stays what it was: another secret is another key.
  if (body.secret !== undefined && body.secret !== secret) throw problem('organisation_invalid', { issues: [{ field: '/secret', code: 'value_not_allowed' }] });
  const validFrom = body.validFrom === undefined ? (before?.validFrom ?? Date.now()) : Date.parse(body.validFrom);
  const validTo = body.validTo === undefined ? before?.validTo : Date.parse(body.validTo);
  const key: OrganisationKey = { keyId, secret, validFrom, ...(validTo === undefined ? {} : { validTo }) };
  refuseFaults(keyFaults(keys, key));
  return before !== undefined && before.validFrom === validFrom && before.validTo === validTo ? undefined : key;
}

/** @throws ProblemError `organisation_unknown`, `organisation_on_paper`, `role_not_allowed` */
export async function ping(pool: Pool, http: PingHttp, actor: Actor, organisationId: string): Promise<z.input<typeof Ping>> {
  requireRight('keepOrganisations', actor);
  const address = await ownAddress(pool, organisationId);
  if (address === undefined) throw refused({ code: 'organisation_unknown' });
  const { code, endpointUrl, secrets } = address;
  if (endpointUrl === undefined) throw problem('organisation_on_paper');
  const pingId = randomUUID();
  const begun = performance.now();
  const answer = await http.ping({ code, endpointUrl, secrets }, { type: 'ping', pingId, sentAt: iso(Date.now()) });
  return { pingId, ...answer, ms: Math.round(performance.now() - begun) };
}
