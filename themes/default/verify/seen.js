// What a verifier has seen before: nothing may go back, and nothing may be two.
//
// The twin of src/credential/seen.rs. The same version with other bytes is EQUIVOCATION:
// somebody shows different lists to different people.

import { ListError } from './field.js';

/** Checks that a list may follow on one that was seen, `{version, digest}`. Versions may
 *  be skipped; only the very next one must name the one that was seen. */
export function checkSeen(held, found) {
  if (found.version < held.version) throw new ListError('an older version', 'ROLLBACK');
  const isSame = found.version === held.version && found.digest !== held.digest;
  const isNext = found.version === held.version + 1 && found.prev !== held.digest;
  if (isSame || isNext) throw new ListError('not what was seen before', 'EQUIVOCATION');
}
