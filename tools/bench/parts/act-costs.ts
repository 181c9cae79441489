/** Part "acts": what a command, a referral, a report and a moment cost, each alone and several together. */
import { developmentOrganisationId } from '../../../db/development-organisations.js';
import { SECTORS } from '../../../domain/law/sectors.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import { until } from '../../../process/deadline.js';
import { allOf } from '../all-of.js';
import { ActMeter, readRuns, type ActCost } from '../act-meter.js';
import type { BenchStack } from '../bench-stack.js';
import { FamilyLife, type Act } from '../family-life.js';
import { eventCost, timerTurns } from '../history-tally.js';

/** Costs of one act in all runs. */
export interface ActRow {
  name: string;
  /** How many acts were taken together. */
  acts: number;
  events: number[];
  /** Undefined where the skipping of time cannot be told apart. */
  transitions: number[] | undefined;
  actions: number[];
  /** What the events of the last run are there for. */
  kinds: ActCost['kinds'];
}

export interface ActCosts {
  alone: ActRow[];
  together: ActRow[];
  leftOut: string[];
}

const calendar = CURRENT_LAW.calendar;
const LONE_AGENCY = developmentOrganisationId('employment');
const ALL_AGENCIES = SECTORS.map(({ code }) => developmentOrganisationId(code));
/** So long an agency thinks that its referral can be told apart from the command that ordered it. */
const THINKING_MS = 3_000;
const DELIVERED_WITHIN_MS = 60_000;
const COMMANDS_AT_ONCE = 8;

export const OPENING = 'appeal (opens the case)';
export const REFERRAL = 'referral';
export const MOMENT = 'moment of a duty (timer)';

export async function measureActs(stack: BenchStack, runs: number, tell: (line: string) => void): Promise<ActCosts> {
  const alone: ActRow[] = [];
  const together: ActRow[] = [];
  for (let run = 1; run <= runs; run += 1) {
    tell(`Acts alone and together, run ${run} of ${runs}`);
    collect(alone, await oneByOne(stack));
    collect(together, await allAtOnce(stack));
  }
  return { alone, together, leftOut: stack.skipsTime ? [] : [leftOutWithoutSkipping()] };
}

function leftOutWithoutSkipping(): string {
  return `This server does not skip time, so all acts fell into one hour, and neither the end of the monitoring nor a ${MOMENT} was measured.`;
}

interface Sample {
  name: string;
  acts: number;
  cost: Omit<ActCost, 'name' | 'transitions'> & { transitions?: number };
}

function collect(rows: ActRow[], samples: readonly Sample[]): void {
  for (const { name, acts, cost } of samples) {
    let row = rows.find((known) => known.name === name);
    if (row === undefined) rows.push((row = { name, acts, events: [], transitions: cost.transitions === undefined ? undefined : [], actions: [], kinds: {} }));
    row.events.push(cost.events);
    row.actions.push(cost.actions);
    if (cost.transitions !== undefined) row.transitions?.push(cost.transitions);
    row.kinds = cost.kinds;
  }
}

/** A life with one agency, every act in a turn of its own. */
async function oneByOne(stack: BenchStack): Promise<Sample[]> {
  const life = await FamilyLife.begin(stack, { agencies: [LONE_AGENCY], calendar, rework: true });
  const meter = new ActMeter(stack.client, stack.times, life.caseId);
  const opened = await meter.quietPlace();
  meter.spans.push({ name: OPENING, from: { ...opened, events: 0, transitions: 0 }, to: opened });
  await stack.simulators.behave(LONE_AGENCY, { acknowledgeAfterMs: THINKING_MS });
  try {
    await measureRoad(stack, life, meter);
  } finally {
    await stack.simulators.behave(LONE_AGENCY, {});
  }
  const costs = await meter.costs();
  return [...costs.map((cost): Sample => ({ name: cost.name, acts: 1, cost })), ...(await moments(stack, life))];
}

async function measureRoad(stack: BenchStack, life: FamilyLife, meter: ActMeter): Promise<void> {
  for (const stretch of life.road()) {
    await life.reach(stretch);
    for (const act of stretch.acts) {
      // Its months must have passed.
      if (act.name === 'endMonitoring' && !stack.skipsTime) return;
      await measureAct(meter, act);
    }
  }
}

async function measureAct(meter: ActMeter, { name, perform }: Act): Promise<void> {
  if (name === 'sendIpr') await meter.measureWithDispatch(name, REFERRAL, perform);
  else if (name === 'returnReport') await meter.measureWithDispatch(name, 'notice of rework', perform);
  else if (name === 'reports') await meter.measure('report', perform);
  else await meter.measure(name, perform);
}

/** Moments that fired while time was skipped. */
async function moments(stack: BenchStack, life: FamilyLife): Promise<Sample[]> {
  const runs = await readRuns(stack.client, life.workflowId);
  return runs.flatMap(({ events }) => timerTurns(events)).map((turn): Sample => ({ name: MOMENT, acts: 1, cost: eventCost(turn) }));
}

/** A life with all agencies, in which everything of a kind is done at once. */
async function allAtOnce(stack: BenchStack): Promise<Sample[]> {
  const count = ALL_AGENCIES.length;
  const life = await FamilyLife.begin(stack, { agencies: ALL_AGENCIES, calendar });
  await life.live('approveIpr');
  const meter = new ActMeter(stack.client, stack.times, life.caseId);
  const sent = `sendIpr and ${count} referrals`;
  const reported = `${count} reports at once`;
  const marked = `${COMMANDS_AT_ONCE} status marks at once`;
  for (const stretch of life.road().slice(placeOf(life, 'sendIpr'))) {
    await life.reach(stretch);
    const [first] = stretch.acts;
    if (first?.name === 'sendIpr') await meter.measure(sent, () => allDelivered(stack, life, first));
    else if (first?.name === 'reports') await meter.measure(reported, () => life.report());
    else {
      const marks = stretch.acts.slice(0, COMMANDS_AT_ONCE);
      await meter.measure(marked, async () => void (await allOf(marks.map((mark) => mark.perform()))));
      break;
    }
  }
  return (await meter.costs()).map((cost): Sample => ({ name: cost.name, acts: cost.name === marked ? COMMANDS_AT_ONCE : count, cost }));
}

function placeOf(life: FamilyLife, act: string): number {
  return life.road().findIndex(({ acts }) => acts.some(({ name }) => name === act));
}

async function allDelivered(stack: BenchStack, life: FamilyLife, send: Act): Promise<void> {
  await send.perform();
  await life.learnMeasures();
  const delivered = await until(
    async () => {
      const view = await stack.api.readCase(life.caseId);
      return view?.dispatches.every(({ state }) => state === 'delivered') === true ? true : undefined;
    },
    DELIVERED_WITHIN_MS,
    50,
  );
  if (!delivered) throw new Error('not every agency acknowledged its referral');
}
