//! How long a verdict takes.

use serde_json::{Value, json};

use super::Sample;
use super::chromium::Chromium;
use super::lists::example;
use super::server::Server;
use super::twin::page;

/// How long opening the lists and a verdict by them take, by both paths, and a yardstick
/// of this machine: 255 squarings in the field, as for a square root.
const CLOCK: &str = "
import { Held } from '/verify/held.js';
import { native, pure } from '/verify/key.js';
import { Store } from '/verify/memory.js';
import { verify } from '/verify/verify.js';

const { built, text, now } = await (await fetch('/task.json')).json();
const median = async (take) => {
  const times = [];
  for (let n = 0; n < 15; n += 1) {
    const begun = performance.now();
    await take();
    times.push(performance.now() - begun);
  }
  return times.sort((one, other) => one - other)[7];
};
const found = { first: {}, open: {}, verdict: {} };
const P = (1n << 255n) - 19n;
for (const [name, path] of [['native', native], ['pure', pure]]) {
  const open = async () => {
    const held = new Held(built, new Store(null, ''), path);
    await held.open();
    return held;
  };
  const begun = performance.now();
  const held = await open();
  const { code } = await verify(held.trust, text, BigInt(now));
  found.first[name] = performance.now() - begun;
  if (code !== 'VALID') throw new Error(code);
  found.open[name] = await median(open);
  found.verdict[name] = await median(() => verify(held.trust, text, BigInt(now)));
}
found.yardstick = await median(() => {
  for (let n = 0, x = 3n ** 160n % P; n < 255 * 40; n += 1) x = x * x % P;
}) / 40;
await fetch('/post', { method: 'POST', body: JSON.stringify(found) });
";

#[test]
fn a_verdict_takes_a_moment_by_both_paths() {
    let case = example();
    let text = |note: &[u8]| String::from_utf8(note.to_vec()).unwrap();
    let revoked: Vec<String> = case.revoked.iter().map(|note| text(note)).collect();
    let built = json!({
        "roots": [text(&case.roots[0])], "trust": text(&case.trust), "revoked": revoked,
    });
    let now = case.now.seconds().to_string();
    let task = json!({ "built": built, "text": case.texts[2], "now": now });
    let mut files = Sample::build().public();
    files.insert("/test.html".to_owned(), page(CLOCK));
    files.insert("/task.json".to_owned(), serde_json::to_vec(&task).unwrap());
    let server = Server::new(files);
    let _browser = Chromium::open(&server.address("localhost", "/test.html"));
    let found: Value = serde_json::from_str(&server.post()).unwrap();
    println!("milliseconds: {found}");
    let of = |path: &str| found.pointer(path).unwrap().as_f64().unwrap();
    // The equation takes some 3,300 multiplications in the field, a dozen yardsticks, and
    // about as much is around it. Opening the lists is ten keys and signatures, and the
    // hashes of their texts. The bounds leave room for a busy machine, whose clock in a
    // browser is coarse: they are for a mistake that makes verdicts take seconds.
    let yardstick = of("/yardstick");
    for (path, most) in [
        ("/verdict/pure", 1_000.0),
        ("/verdict/native", 1_000.0),
        ("/open/pure", 5_000.0),
        ("/open/native", 5_000.0),
    ] {
        let ratio = of(path) / yardstick;
        assert!(ratio < most, "{path} takes {ratio} square roots: {found}");
    }
}
