/** The words of the roads in each language: a new road brings its three files, a line for each of them here, and a word for all that it has. */
import intakeKk from '../../wording/kk/intake.json' with { type: 'json' };
import intakeRu from '../../wording/ru/intake.json' with { type: 'json' };
import intakeEn from '../../wording/en/intake.json' with { type: 'json' };
import familyKk from '../../wording/kk/family.json' with { type: 'json' };
import familyRu from '../../wording/ru/family.json' with { type: 'json' };
import familyEn from '../../wording/en/family.json' with { type: 'json' };
import threatKk from '../../wording/kk/threat.json' with { type: 'json' };
import threatRu from '../../wording/ru/threat.json' with { type: 'json' };
import threatEn from '../../wording/en/threat.json' with { type: 'json' };
import minorsKk from '../../wording/kk/minors.json' with { type: 'json' };
import minorsRu from '../../wording/ru/minors.json' with { type: 'json' };
import minorsEn from '../../wording/en/minors.json' with { type: 'json' };
import planKk from '../../wording/kk/plan.json' with { type: 'json' };
import planRu from '../../wording/ru/plan.json' with { type: 'json' };
import planEn from '../../wording/en/plan.json' with { type: 'json' };
import executionKk from '../../wording/kk/execution.json' with { type: 'json' };
import executionRu from '../../wording/ru/execution.json' with { type: 'json' };
import executionEn from '../../wording/en/execution.json' with { type: 'json' };
import revisionKk from '../../wording/kk/revision.json' with { type: 'json' };
import revisionRu from '../../wording/ru/revision.json' with { type: 'json' };
import revisionEn from '../../wording/en/revision.json' with { type: 'json' };
import closingKk from '../../wording/kk/closing.json' with { type: 'json' };
import closingRu from '../../wording/ru/closing.json' with { type: 'json' };
import closingEn from '../../wording/en/closing.json' with { type: 'json' };
import reopeningKk from '../../wording/kk/reopening.json' with { type: 'json' };
import reopeningRu from '../../wording/ru/reopening.json' with { type: 'json' };
import reopeningEn from '../../wording/en/reopening.json' with { type: 'json' };
import termsKk from '../../wording/kk/terms.json' with { type: 'json' };
import termsRu from '../../wording/ru/terms.json' with { type: 'json' };
import termsEn from '../../wording/en/terms.json' with { type: 'json' };
import teamKk from '../../wording/kk/team.json' with { type: 'json' };
import teamRu from '../../wording/ru/team.json' with { type: 'json' };
import teamEn from '../../wording/en/team.json' with { type: 'json' };
import violenceKk from '../../wording/kk/violence.json' with { type: 'json' };
import violenceRu from '../../wording/ru/violence.json' with { type: 'json' };
import violenceEn from '../../wording/en/violence.json' with { type: 'json' };
import familyViewKk from '../../wording/kk/familyView.json' with { type: 'json' };
import transferKk from '../../wording/kk/transfer.json' with { type: 'json' };
import emergencyAccessKk from '../../wording/kk/emergencyAccess.json' with { type: 'json' };
import familyViewRu from '../../wording/ru/familyView.json' with { type: 'json' };
import transferRu from '../../wording/ru/transfer.json' with { type: 'json' };
import emergencyAccessRu from '../../wording/ru/emergencyAccess.json' with { type: 'json' };
import familyViewEn from '../../wording/en/familyView.json' with { type: 'json' };
import transferEn from '../../wording/en/transfer.json' with { type: 'json' };
import emergencyAccessEn from '../../wording/en/emergencyAccess.json' with { type: 'json' };
import stayKk from '../../wording/kk/stay.json' with { type: 'json' };
import stayRu from '../../wording/ru/stay.json' with { type: 'json' };
import stayEn from '../../wording/en/stay.json' with { type: 'json' };
import { exactly } from './exactly.js';
import type { Language } from './language.js';
import type { RoadParts } from './parts.js';

export const ROAD_WORDS: Readonly<Record<Language, RoadParts>> = {
  kk: exactly<RoadParts>()({
    intake: intakeKk,
    family: familyKk,
    threat: threatKk,
    minors: minorsKk,
    plan: planKk,
    execution: executionKk,
    revision: revisionKk,
    closing: closingKk,
    reopening: reopeningKk,
    terms: termsKk,
    team: teamKk,
    violence: violenceKk,
    emergencyAccess: emergencyAccessKk,
    stay: stayKk,
    transfer: transferKk,
    familyView: familyViewKk,
  }),
  ru: exactly<RoadParts>()({
    intake: intakeRu,
    family: familyRu,
    threat: threatRu,
    minors: minorsRu,
    plan: planRu,
    execution: executionRu,
    revision: revisionRu,
    closing: closingRu,
    reopening: reopeningRu,
    terms: termsRu,
    team: teamRu,
    violence: violenceRu,
    emergencyAccess: emergencyAccessRu,
    stay: stayRu,
    transfer: transferRu,
    familyView: familyViewRu,
  }),
  en: exactly<RoadParts>()({
    intake: intakeEn,
    family: familyEn,
    threat: threatEn,
    minors: minorsEn,
    plan: planEn,
    execution: executionEn,
    revision: revisionEn,
    closing: closingEn,
    reopening: reopeningEn,
    terms: termsEn,
    team: teamEn,
    violence: violenceEn,
    emergencyAccess: emergencyAccessEn,
    stay: stayEn,
    transfer: transferEn,
    familyView: familyViewEn,
  }),
};
