// Why a check fails; the twin of src/credential/fault.rs.

/** A failed check: the code, and which rule it was, in English. */
export class Fault extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }

  /** The input is not a card as the format has it. */
  static malformed(detail) {
    return new Fault('MALFORMED', detail);
  }

  /** The input may be a card of a later version. */
  static unsupported(detail) {
    return new Fault('UNSUPPORTED', detail);
  }

  /** Takes a fault; anything else that was thrown is a mistake of ours, and goes on. */
  static expect(thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return thrown;
  }
}
