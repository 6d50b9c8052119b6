// The number printed on a card: 150600-2022-000017-14.
//
// The twin of src/credential/number.rs: issuer, learning year, index (at least six
// digits), and two check digits of ISO 7064 MOD 97-10 over the digits of the three.

export class CardNumber {
  constructor(issuer, year, index) {
    this.issuer = issuer;
    this.year = year;
    this.index = index;
  }

  toString() {
    const index = String(this.index).padStart(6, '0');
    const check = 98n - BigInt(`${this.issuer}${this.year}${index}00`) % 97n;
    return `${this.issuer}-${this.year}-${index}-${String(check).padStart(2, '0')}`;
  }
}
