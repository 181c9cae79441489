/** One proof for all processes of all model houses: whose signature it is matters to no fault that is drawn there. */
import { ownProof } from '../../contracts/proof/own-proof.js';

export const HOUSE_PROOF = ownProof();
