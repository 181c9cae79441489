/** What people do about signs of domestic violence: record them, and the help that was offered (256 п.23); the identification is beside. */
import { isLegalDay, legalDayOf, type Instant, type LegalDay } from '../../../law/calendar.js';
import { isValidOn } from '../../../organisation/organisation.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { aDocument, listed, type Known, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, CASE_WORK, EVERYBODY_AT_THE_CENTER, WHILE_OPEN, type CommandRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import type { ReceiptChannel } from '../execution/facts.js';
import { withdrawalOf } from '../family-view/road.js';
import type { HelpGiver, HelpKind, HelpResult, ToldBy } from './record.js';
import { decideAnswerByHand, decideOrder, decideRefusal } from './identification.js';

/** Of whom a command says that they gave the help: one of the two. */
export type NamedGiver = { colleague: string } | { organisation: string };

export interface ViolenceCommands {
  /** Without `toldBy` and `noticedAt` whoever records the signs has just seen them. */
  recordViolenceSigns: { toldBy?: ToldBy; noticedAt?: Instant; noteId: string };
  recordVictimHelp: { kind: HelpKind; by: NamedGiver; on: LegalDay; result: HelpResult; noteId?: string };
  orderIdentification: { personId: string; organisation: string; supportKind: string; serviceCode?: string };
  refuseIdentification: { personId: string; noteId?: string };
  /** What came by letter or telephone. */
  recordIdentificationAnswer: {
    referralId: string;
    identified: boolean;
    channel: ReceiptChannel;
    /** Words on who sent or said it. */
    senderId: string;
    documentId: string;
    receivedOn: LegalDay;
  };
}

const BESIDE = 'help and identification run beside the road from the moment at which signs are known (256 п.23, п.24)';

export const VIOLENCE_COMMANDS: CommandRows<keyof ViolenceCommands> = {
  recordViolenceSigns: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: WHILE_OPEN,
    because: 'signs of violence are recorded whenever somebody sees them',
    decide: decideSigns,
  },
  recordVictimHelp: { roles: EVERYBODY_AT_THE_CENTER, during: WHILE_OPEN, because: BESIDE, refers: ({ by }) => [giverOf(by)], decide: decideHelp },
  orderIdentification: {
    roles: CASE_WORK,
    during: WHILE_OPEN,
    because: BESIDE,
    refers: ({ personId, organisation, supportKind }) => [
      { to: 'member', id: personId },
      { to: 'organisation', id: organisation },
      ...listed('support_kind', [supportKind]),
    ],
    decide: decideOrder,
  },
  refuseIdentification: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: WHILE_OPEN,
    because: BESIDE,
    refers: ({ personId }) => [{ to: 'member', id: personId }],
    decide: decideRefusal,
  },
  recordIdentificationAnswer: {
    roles: EVERYBODY_AT_THE_CENTER,
    strand: 'identification',
    during: ALWAYS,
    because: 'the answer of an organisation may come after the end, too',
    refers: ({ documentId }) => aDocument(documentId, 'paper_report'),
    decide: decideAnswerByHand,
  },
};

function giverOf(by: NamedGiver): Reference {
  return 'colleague' in by ? { to: 'colleague', id: by.colleague } : { to: 'organisation', id: by.organisation };
}

/** Whoever has the paper with the family's code may be the one from whom somebody hides: it is worth nothing from then on. */
function decideSigns({ violenceSince, familyCode }: CaseState, { data }: CommandOf<'recordViolenceSigns'>, { now }: Moment): Decision {
  const { toldBy = 'employee', noticedAt = now, noteId } = data;
  if (violenceSince !== null) return refuse('violence_signs_recorded', '256-23-1');
  if (noticedAt > now) return refuse('noticed_in_future', '256-24', { noticedAt: new Date(noticedAt).toISOString() });
  return accept({ type: 'ViolenceSignsRecorded', data: { toldBy, noticedAt, noteId } }, ...withdrawalOf(familyCode));
}

/** The row of the law that offers help of that kind. */
const RULE_OF: Readonly<Record<HelpKind, string>> = {
  information: '256-23-1',
  legal: '256-23-1',
  psychological: '256-23-1',
  employment: '256-23-2',
  training: '256-23-2',
  medical_care: '256-23-3',
  state_support: '256-23-4',
};

/** 256-23-1 to 256-23-4: what was offered, by whom, and what came of it. */
function decideHelp({ violenceSince }: CaseState, { id, data }: CommandOf<'recordVictimHelp'>, { now, known }: Moment): Decision {
  const { kind, by, on, result, noteId } = data;
  const rule = RULE_OF[kind];
  if (violenceSince === null) return refuse('violence_signs_missing', rule);
  if (!isLegalDay(on)) return refuse('day_impossible', rule, { day: on });
  if (on > legalDayOf(now)) return refuse('help_in_future', rule, { on });
  const giver = knownGiver(by, on, known);
  if (giver === undefined) return refuse('organisation_not_valid', rule, { organisationId: 'organisation' in by ? by.organisation : '', today: on });
  return accept({ type: 'VictimHelpRecorded', data: { helpId: id, kind, by: giver, on, result, ...(noteId === undefined ? {} : { noteId }) } });
}

/** With what the directory says of an organisation; undefined for one that was none on that day. */
function knownGiver(by: NamedGiver, on: LegalDay, { organisation }: Known): HelpGiver | undefined {
  if ('colleague' in by) return { colleague: by.colleague };
  const found = organisation[by.organisation];
  return found !== undefined && isValidOn(found, on) ? { organisation: by.organisation, function: found.function } : undefined;
}
