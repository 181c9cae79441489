/** What lies beside the ledgers of some cases and caused their entries, for the check that joins them. */
import type { PoolClient } from '../db/pool.js';
import { COMMANDS } from '../domain/case/commands.js';
import { CENTER_COMMANDS } from '../domain/center/commands.js';
import type { KeptActs, KeptAdoption, KeptCommand, KeptReport } from '../ledger/check-acts.js';

/** An appeal has its act under its own id, and a case only by its row: the request named none. */
const COMMANDS_OF = `
select coalesce(command.subject_id, appeal.case_id) as "of", command.id, command.kind, command.body_sha256 as "bodySha256", command.act, command.payload,
       command.kind = 'registerAppeal' or coalesce((command.answer ->> 'ok')::boolean, false) as accepted
  from command left join appeal on appeal.appeal_id = command.id
 where command.subject_id = any ($1) or appeal.case_id = any ($1)`;

const REPORTS_OF = `
select subject_id as "of", id, source, payload, floor(extract(epoch from received_at) * 1000)::float8 as "receivedAt", state, act
  from inbox where subject_id = any ($1) and kind = 'report'`;

/** P51: one that waits for its year of the calendar is in no ledger yet. */
const APPEALS_OF = `
select case_id as "of", appeal_id as id, floor(extract(epoch from received_at) * 1000)::float8 as "receivedAt" from appeal
 where case_id = any ($1)
   and not exists (select from inbox where inbox.source = 'appeals' and inbox.delivery_id = appeal.appeal_id::text and inbox.state = 'waiting')`;

const ADOPTIONS_OF = `
select distinct ledger.subject_id as "of", law_adoption.id, law_adoption.kind, law_adoption.version, law_adoption.act as by, recompute, proof,
       coalesce((select data from calendar_version where law_adoption.kind = 'calendar' and calendar_version.version = law_adoption.version),
                (select data from policy_version where law_adoption.kind = 'policy' and policy_version.version = law_adoption.version)) as data
  from ledger join law_adoption on law_adoption.id::text = ledger.cause
 where ledger.subject_id = any ($1) and ledger.type = 'LawAdopted'`;

type Of<T> = T & { of: string };

/** In the snapshot of whoever asks: an act and its entries are written together, and are seen together. */
export async function readActs(client: PoolClient, cases: readonly string[]): Promise<ReadonlyMap<string, KeptActs>> {
  const { rows: commands } = await client.query<Of<Omit<KeptCommand, 'isOfLedger'>>>(COMMANDS_OF, [cases]);
  const { rows: reports } = await client.query<Of<KeptReport>>(REPORTS_OF, [cases]);
  const { rows: appeals } = await client.query<Of<{ id: string; receivedAt: number }>>(APPEALS_OF, [cases]);
  const { rows: adoptions } = await client.query<Of<KeptAdoption>>(ADOPTIONS_OF, [cases]);
  return new Map(
    cases.map((caseId) => [
      caseId,
      {
        commands: new Map(
          commands.filter(({ of }) => of === caseId).map((row) => [row.id, { ...row, isOfLedger: row.kind in COMMANDS || row.kind in CENTER_COMMANDS }]),
        ),
        reports: new Map(reports.filter(({ of }) => of === caseId).map((row) => [row.id, row])),
        adoptions: new Map(adoptions.filter(({ of }) => of === caseId).map((row) => [row.id, row])),
        appeals: new Map(appeals.filter(({ of }) => of === caseId).map(({ id, receivedAt }) => [id, receivedAt])),
      },
    ]),
  );
}
