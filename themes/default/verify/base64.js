// Base64 (RFC 4648 §4): the standard alphabet, padded, and one spelling only.
//
// The twin of src/credential/base64.rs.

/** These bytes in base64. */
export function encode(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes whose base64 this is, or null if no bytes have it. */
export function decode(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
    // `atob` passes over white space, missing padding and stray bits.
    return encode(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
