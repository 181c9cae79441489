/** Signatures of tests: one process plays all, with keys that end with it. */
import { ownProof } from '../../contracts/proof/own-proof.js';
import type { Proof } from '../../contracts/proof/proof.js';
import type { Opening } from '../../domain/case/deliveries.js';
import { commandAct, signedOpening, type SignedOpening } from '../../ledger/proven.js';
import type { CommandInput, CommandRequest } from '../../ledger/take.js';

export const TEST_PROOF = ownProof();

type Unsigned<T> = T extends { request: CommandRequest } ? Omit<T, 'request'> & { request: Omit<CommandRequest, 'act'> } : never;

/** A command as the API signs it. */
export function proven<T extends CommandInput>(input: Unsigned<T>, proof: Proof = TEST_PROOF): T {
  const { command, request } = input;
  const act = proof.sign(commandAct(command, request.caseId ?? '', request.bodySha256));
  return { ...input, request: { ...request, act } } as unknown as T;
}

/** An appeal as the API signs it. */
export function provenOpening(opening: Opening, proof: Proof = TEST_PROOF): SignedOpening {
  return signedOpening(proof, opening, 'a'.repeat(64));
}
