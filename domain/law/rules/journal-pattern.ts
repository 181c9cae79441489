/**
 * The electronic journal of homes of special social services (J472): repealed, about other organisations,
 * kept as a pattern for an optional module of places (P34). Nothing of it is law for the Centers.
 */
import type { Rule } from '../rule.js';
import { ORDER_J472 } from './editions.js';
import { ROADS } from './roads.js';

export const JOURNAL_PATTERN_RULES: readonly Rule[] = [
  {
    id: 'J-PORTAL',
    source: { order: 'J472', paragraph: 'п.11 1)' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'reference', at: 'the Center keeps a journal of its own in its place (P34): appeal in db/migrations/001_house.sql' },
    wording: {
      kk: null,
      ru: null,
      en: 'the organisation keeps the journal on the portal of social services',
    },
  },
  {
    id: 'J-EV-ST',
    source: { order: 'J472', paragraph: 'п.11' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'stationary: arrival, discharge, temporary leave, transfer, order and date, reason, queue',
    },
  },
  {
    id: 'J-EV-SEMI',
    source: { order: 'J472', paragraph: 'п.21' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'semi-stationary: arrival, termination, suspension, transfer, order and date, reasons, queue',
    },
  },
  {
    id: 'J-EV-HOME',
    source: { order: 'J472', paragraph: 'п.26' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'home care: admission to account, termination, suspension, decision and date, reasons',
    },
  },
  {
    id: 'J-EV-TEMP',
    source: { order: 'J472', paragraph: 'п.35' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'temporary stay: registration card, then arrival, discharge, temporary leave, transfer, order and date, reason; no queue',
    },
  },
  {
    id: 'J-RETURN',
    source: { order: 'J472', paragraph: 'п.11, 21, 26, 35' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: 'қайта оралды',
      ru: null,
      en: 'a person who left and comes again is marked as returned',
    },
  },
  {
    id: 'J-ORDER',
    source: { order: 'J472', paragraph: 'п.11, 21, 26' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'without a vacancy, applications are registered in the order of receipt',
    },
  },
  {
    id: 'J-SELF',
    source: { order: 'J472', paragraph: 'п.11, 21, 26' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'the recipient files into the queue on the portal with a digital signature',
    },
  },
  {
    id: 'J-KEEP',
    source: { order: 'J472', paragraph: 'п.11, 21, 26' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'a recipient certified again keeps the previous place in the queue',
    },
  },
  {
    id: 'J-OUT',
    source: { order: 'J472', paragraph: 'п.11' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: 'кезектен тыс',
      ru: null,
      en: 'orphans of stationary organisations who turned 18 are admitted out of turn',
    },
  },
  {
    id: 'J-DEF30',
    source: { order: 'J472', paragraph: 'п.11' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: 'күнтізбелік отыз күнге дейін бір рет',
      ru: null,
      en: 'stationary: arrival is postponed once, by up to 30 calendar days',
    },
  },
  {
    id: 'J-DEF10',
    source: { order: 'J472', paragraph: 'п.21' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: 'күнтізбелік он күнге дейін бір рет',
      ru: null,
      en: 'semi-stationary: arrival is postponed once, by up to 10 calendar days',
    },
  },
  {
    id: 'J-NOTICE',
    source: { order: 'J472', paragraph: 'п.11, 21' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'the notice of inability is an electronic document signed by the recipient or the legal representative',
    },
  },
  {
    id: 'J-NOSHOW',
    source: { order: 'J472', paragraph: 'п.11, 21' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalOfPlaces },
    wording: {
      kk: null,
      ru: null,
      en: 'after a no-show the organisation processes the next recipient',
    },
  },
  {
    id: 'J-FORM',
    source: { order: 'J472', paragraph: 'annex' },
    force: 'repealed_pattern',
    edition: ORDER_J472,
    enforced: { as: 'not_built', at: ROADS.journalPrints },
    wording: {
      kk: null,
      ru: null,
      en: 'the form of the journal: header in two languages, 14 columns',
    },
  },
];
