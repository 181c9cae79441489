/** `tirek ledger verify`: does the ledger rebuild what is stored? */
import { readAnchors, type AnchorFault } from '../../contracts/proof/anchors.js';
import { proofReader } from '../../contracts/proof/proof.js';
import type { Command } from 'commander';
import { erasuresMissing, type ErasureMissing } from '../erasures-missing.js';
import type { LedgerVerdict } from '../ledger-verify.js';
import { readCaseId } from './case-id.js';
import { DATABASE_OPTION, onDatabase } from './database.js';
import { wrap } from './layout.js';
import { outJson, type Terminal } from './terminal.js';
import { anchorFilesAtHand, erasureFilesAtHand, publicKeysAtHand } from './signing-keys.js';

interface Options {
  case?: string;
  database?: string;
  json?: true;
  keys?: string;
  anchors?: string;
}

/** @param leave sets the exit code */
export function addLedgerCommand(program: Command, terminal: Terminal, leave: (exitCode: number) => void): void {
  program
    .command('ledger')
    .description('the ledger of the cases')
    .command('verify')
    .description(
      'rebuild digests, state, read model and dates from the ledger, decide its takes again, look into the signature of each act, and compare with what is stored',
    )
    .option('--case <id>', 'one case instead of all')
    .option(...DATABASE_OPTION)
    .option('--keys <file>', 'public signing keys (default: TIREK_SIGNING_KEYS, else those of the data folder)')
    .option('--anchors <folder>', 'anchors of the ledgers (default: TIREK_ANCHOR_DIR, else those of the data folder)')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const caseId = options.case === undefined ? undefined : readCaseId(options.case);
      const verdict = await onDatabase(terminal, options.database, async (pool): Promise<Verdict> => {
        const { verifyLedger } = await import('../ledger-verify.js');
        // Whoever names no database that answers hears of that first.
        await pool.query('select 1');
        const proof = proofReader(publicKeysAtHand(terminal, options.keys));
        const anchors = readAnchors(await anchorFilesAtHand(terminal, options.anchors), proof);
        const found = await verifyLedger(pool, { proof, anchors, ...(caseId === undefined ? {} : { caseId }) });
        return { ...found, anchors: anchors.faults, erasures: await erasuresMissing(pool, await erasureFilesAtHand(terminal, options.anchors), proof) };
      });
      if (options.json) outJson(terminal, verdict);
      else terminal.out(verdictText(verdict));
      if (faultsIn(verdict) > 0) leave(1);
    });
}

/** With what is wrong with the anchors themselves. */
type Verdict = LedgerVerdict & { anchors: readonly AnchorFault[]; erasures: readonly ErasureMissing[] };

function faultsIn({ faults, anchors, erasures }: Verdict): number {
  return faults.length + anchors.length + erasures.length;
}

function verdictText(verdict: Verdict): string {
  const { cases, entries, faults, decidedAgain, notComparable, anchors, erasures } = verdict;
  const count = faultsIn(verdict);
  const seen = `cases: ${cases}, entries: ${entries}, takes decided again: ${decidedAgain}, not comparable: ${notComparable}`;
  if (count === 0) return `The ledger is sound (${seen}): what is stored follows from it, and each entry from a signed act.`;
  return [
    `The ledger and what is stored DIFFER (${seen}, faults: ${count}).`,
    ...faults.map(faultText),
    ...anchors.map(({ day, code, fault }) => wrap(`${day} ${code}: ${fault}`, 2)),
    ...erasures.map(({ id, code, fault }) => wrap(`${id} ${code}: ${fault}`, 2)),
    ...(erasures.some(({ code }) => code === 'erasure_missing') ? [wrap(ERASE_AGAIN, 2)] : []),
    ...remediesOf(faults),
  ].join('\n');
}

function faultText({ caseId, seq, code, fault }: LedgerVerdict['faults'][number]): string {
  return wrap(`${caseId}${seq === undefined ? '' : ` entry ${seq}`} ${code}: ${fault}`, 2);
}

/** What to do about each kind of fault that was found, once. */
function remediesOf(faults: LedgerVerdict['faults']): string[] {
  const found = new Set(faults.flatMap(({ code }) => REMEDIES[code] ?? []));
  return [...found].map((remedy) => wrap(remedy, 2));
}

const ERASE_AGAIN = 'Who was erased is there again: the database was restored to before. Run tirek erase --replay, which carries out each of them once more.';
const UNPROVEN =
  'What no key of ours has signed was written past the product: keep the database as it is, compare with a backup and the anchors of the days before, and take the passwords of the database out of use. When a key was renewed, name a file of keys that still has the old one.';
const REMEDIES: Readonly<Partial<Record<LedgerVerdict['faults'][number]['code'], string>>> = {
  turn_unproven: UNPROVEN,
  act_missing: UNPROVEN,
  act_unproven: UNPROVEN,
  act_differs: UNPROVEN,
  anchor_differs: UNPROVEN,
  anchored_case_missing: UNPROVEN,
  entry_missing: 'Something was accepted and is in no ledger: ask who gave it, restore the entry from a backup, or have the act given again.',
};
