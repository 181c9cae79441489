/**
 * What reaches a case from outside the Center through the inbox. `deliveryId` is the sender's own
 * id of the message: the same one twice is one delivery.
 */
import type { Actor, Channel } from './facts.js';
import type { DeliveryRows } from './road.js';
import { EXECUTION_DELIVERIES, type ExecutionDeliveries } from './roads/execution/commands.js';
import { INTAKE_DELIVERIES, type IntakeDeliveries } from './roads/intake/commands.js';
import { VIOLENCE_DELIVERIES, type ViolenceDeliveries } from './roads/violence/identification.js';
import type { StayAsked } from './roads/minors/facts.js';

export interface DeliveryData extends IntakeDeliveries, ExecutionDeliveries, ViolenceDeliveries {}

export type DeliveryKind = keyof DeliveryData;

export const DELIVERIES: DeliveryRows<DeliveryKind> = { ...INTAKE_DELIVERIES, ...EXECUTION_DELIVERIES, ...VIOLENCE_DELIVERIES };

export type Delivery = {
  [K in DeliveryKind]: {
    kind: K;
    deliveryId: string;
    actor: Actor;
    /**
     * How long the message had waited in the inbox, in milliseconds, when it was handed over. The
     * legal instant is the receipt, not the hand-over, and the case may live in a time of its own:
     * so the age travels, and the case subtracts it from its own clock.
     */
    ageMs: number;
    data: DeliveryData[K];
  };
}[DeliveryKind];

export type DeliveryOf<K extends DeliveryKind> = Extract<Delivery, { kind: K }>;

/** The appeal that opens a case (D-REG, P3): the journal's receipt instant starts all clocks. */
export interface Opening {
  appealId: string;
  journalNumber: string;
  householdId: string;
  center: string;
  channel: Channel;
  threat: boolean;
  /** It asks for a temporary stay (256 п.25). */
  stay?: StayAsked;
  /** UTC instant of the registration in the journal. */
  registeredAt: number;
  actor: Actor;
}
