import { shortenPauses } from '../../src/process/background-loop.ts'

// Tests wait for what a background loop does, not for its pauses; the proofs keep them as they are.
shortenPauses(0.4)
