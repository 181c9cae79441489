/** Definitions and purposes: reference data, meanings of fields, texts that are shown. */
import type { Rule } from '../rule.js';
import { DRAFT, EDITION_192_2026, ORDER_192, ORDER_256 } from './editions.js';
import { ROADS } from './roads.js';

export const DEFINITION_RULES: readonly Rule[] = [
  {
    id: '192-1',
    source: { order: '192', paragraph: 'п.1' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in scripts/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'purpose: coordination of measures for prevention, early identification and overcoming of difficult life situations',
    },
  },
  {
    id: '192-3-1',
    source: { order: '192', paragraph: 'п.3 1)' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in scripts/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'authorised body: the central executive body for family policy',
    },
  },
  {
    id: '192-3-3',
    source: { order: '192', paragraph: 'п.3 3)' },
    force: 'law_assumed',
    edition: ORDER_192,
    owner: 'system',
    enforced: { as: 'not_built', at: ROADS.familyProfile },
    wording: {
      kk: null,
      ru: 'в проактивном формате (без ожидания заявления от получателя)',
      en: 'the family digital card gathers data of state bodies, so that guaranteed support is given without waiting for an application',
    },
  },
  {
    id: '192-3-5',
    source: { order: '192', paragraph: 'п.3 5)' },
    force: 'law_assumed',
    edition: ORDER_192,
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in scripts/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'integrated model: participation of state bodies under the coordination of the authorised body',
    },
  },
  {
    id: 'A26-6',
    source: { order: 'A26', paragraph: 'п.6' },
    force: 'law_digest',
    edition: EDITION_192_2026,
    owner: 'center_head',
    enforced: { as: 'not_built', at: ROADS.ownMeasures },
    wording: {
      kk: null,
      ru: 'оказывает всестороннюю поддержку, в том числе с учетом задач профилактики правонарушений',
      en: 'the Center itself gives all-round support, the tasks of the prevention of offences included',
    },
  },
  {
    id: '256-2-1',
    source: { order: '256', paragraph: 'п.2 1)' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in scripts/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'definition: special social services',
    },
  },
  {
    id: '256-2-3',
    source: { order: '256', paragraph: 'п.2 3)' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'reference', at: 'channel 2 of an appeal: Channel in domain/case/facts.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'definition: the contact centre 111',
    },
  },
  {
    id: '256-2-4',
    source: { order: '256', paragraph: 'п.2 4)' },
    force: 'law',
    edition: ORDER_256,
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in scripts/commands/rules.ts' },
    wording: {
      kk: null,
      ru: null,
      en: 'definition: integrated model',
    },
  },
  {
    id: 'D-F3',
    source: { order: 'D', paragraph: 'Description of the Centers, functions' },
    force: 'policy',
    edition: DRAFT,
    owner: 'case_manager',
    enforced: { as: 'principle', at: 'assessment and plan are commands of the staff: COMMAND_ROLES in domain/case/commands.ts' },
    wording: {
      kk: 'кешенді бағалауды жүзеге асыру … жеке жоспарын жасау және жүргізу',
      ru: null,
      en: 'complex assessment; drawing up and leading the individual plan of accompaniment',
    },
  },
  {
    id: 'D-F4',
    source: { order: 'D', paragraph: 'Description of the Centers, functions' },
    force: 'policy',
    edition: DRAFT,
    enforced: { as: 'reference', at: 'its text, in the rule table: addRulesCommand in scripts/commands/rules.ts' },
    wording: {
      kk: 'азаматтардың құқықтарын … жүзеге асыруға … жәрдемдесетін өзге де қызмет',
      ru: null,
      en: 'other activity that helps citizens to realise their rights',
    },
  },
];
