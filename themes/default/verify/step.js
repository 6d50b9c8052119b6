// The steps of a verification; the twin of src/credential/step.rs.

/** The steps of a verification, in order. */
export const STEPS = [
  'text', 'digits', 'shape', 'algorithm', 'issuer', 'signature', 'body', 'standing', 'times',
  'revocation', 'policy', 'freshness',
];
