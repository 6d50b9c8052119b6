//! Texts for both implementations: good cards as they become bad in every way that the
//! format knows.

use shenyan::credential::card::Card;
use shenyan::credential::claim::{
    AuditResult, CategoryHours, ClauseOrdinal, HolderName, IdType, Index, NumericDate, PolicyId,
    UpToEight, Year,
};
use shenyan::credential::envelope::seal;
use shenyan::credential::key::{Signer as _, SigningKey};
use shenyan::credential::realm::Realm;
use shenyan::time::{Date, UnixTime};

pub(super) const PORTAL: &str = "https://cards.example/v/";

pub(super) fn signer(issuer: &str) -> SigningKey {
    SigningKey::specimen(&issuer.parse().unwrap())
}

fn day(year: u16, month: u8, day: u8) -> UnixTime {
    Date::new(year, month, day).unwrap().beijing_midnight()
}

/// When all cases are judged.
pub(super) fn now() -> UnixTime {
    day(2023, 3, 1)
}

/// A card with every field that version 1 knows.
pub(super) fn full_card() -> Card {
    let row = |category: u32, credited: u32, required: u32| CategoryHours {
        category: category.into(),
        credited: credited.into(),
        required: required.into(),
    };
    Card {
        issued: NumericDate::new(day(2022, 12, 1)).unwrap(),
        expires: Some(NumericDate::new(day(2024, 1, 1)).unwrap()),
        year: Year::new(2022).unwrap(),
        name: HolderName::new("阿依古丽·艾合买提").unwrap(),
        id_tail: Some("021X".parse().unwrap()),
        result: AuditResult::Reduced,
        hours: UpToEight::try_from(vec![row(1, 300, 300), row(2, 605, 600)]).unwrap(),
        index: Index::from(70_000),
        policy: PolicyId([0, 1, 2, 3, 4, 5, 6, 7]),
        id_type: Some(IdType::from(2)),
        supersedes: Some(Index::from(17)),
        grounds: UpToEight::try_from([2, 5, 31].map(ClauseOrdinal::from).to_vec()).unwrap(),
        extensions: Vec::new(),
    }
}

/// A card that any payload was sealed into, as its text.
pub(super) fn sealed(payload: &[u8]) -> String {
    text(PORTAL, &seal(&signer("150600"), &Realm::specimen(), payload).unwrap())
}

/// The text of any bytes.
pub(super) fn text(prefix: &str, bytes: &[u8]) -> String {
    let digits = bytes.chunks(7).map(|group| {
        let number = group.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        format!("{number:0width$}", width = [0, 3, 5, 8, 10, 13, 15, 17][group.len()])
    });
    format!("{prefix}#1{}", digits.collect::<String>())
}

/// The same numbers on every machine and every run (xorshift64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

/// Every case, beginning with these cards.
pub(super) fn all(cards: &[String]) -> Vec<String> {
    let mut cases = cards.to_vec();
    cases.extend(prefixes());
    cases.extend(texts());
    cases.extend(fields());
    cases.extend(headers());
    cases.extend(names());
    cases.extend(cut_and_flipped());
    cases.extend(thrown(2_000, sealed));
    cases
}

fn good() -> Vec<u8> {
    seal(&signer("150600"), &Realm::specimen(), &full_card().encode()).unwrap()
}

/// The prefix is for cameras: its host is told, and changes nothing.
fn prefixes() -> Vec<String> {
    let long = format!("https://{}b/", "a.".repeat(127));
    let label = format!("https://{}.b/", "a".repeat(64));
    [
        "",
        "http://cards.example/",
        "HTTPS://CARDS.EXAMPLE/v/",
        "https://evil.example/v/",
        "https://cards.example.evil/v/",
        "https://cards.example@evil.example/",
        "https://evil.example\\@cards.example/",
        "https://cards.example:443/v/",
        "https://cards.example:x/",
        "https://cards.example:/",
        "https://cards.example?x",
        "ftp://cards.example/",
        "cards.example/v/",
        "https://[::1]/",
        "https://%63ards.example/",
        "https://",
        "https://a..b/",
        "https://-/",
        "x://https://cards.example/",
        "https://cards.example",
        "https://a:1@cards.example:80:80/",
        "https://cards.example./",
        "//",
        &long,
        &label,
    ]
    .iter()
    .map(|prefix| text(prefix, &good()))
    .collect()
}

fn texts() -> Vec<String> {
    let good = text(PORTAL, &good());
    let mut texts: Vec<String> = [
        "",
        "#",
        "#1",
        "#2",
        "#0",
        "#a",
        "x",
        "%23",
        "null",
        "#1 1",
        "#1\0",
        "#1é",
        "#112",
        "#1255",
        "#1256",
        "#1999",
        "<script>alert(1)</script>",
        "#1<img src=x onerror=alert(1)>",
        "\u{feff}#1",
        "#1٣٣٣",
        "#１",
    ]
    .map(str::to_owned)
    .into();
    texts.extend([
        format!("\u{a0}{good}"),
        format!("\u{3000}{good}"),
        format!("{good}\u{b}"),
        format!(" \t\r\n{good}\u{c}\n"),
        format!("{good}0"),
        format!("{good}#1"),
        good.replace('#', "%23"),
        good.replacen("#1", "#2", 1),
        good[..good.len() - 1].to_owned(),
        format!("#1{}", "9".repeat(17)),
        format!("#1{}", "0".repeat(17 * 73)),
        format!("#1{}", "0".repeat(17 * 74)),
        format!("#1{}", "0".repeat(1_022)),
        format!("#1{}", "0".repeat(1_023)),
        " ".repeat(100_000),
        format!("{}x{}", " ".repeat(50_000), " ".repeat(50_000)),
        "A".repeat(1_000_000),
    ]);
    texts
}

/// CBOR by hand: a head, and what a test puts after it.
fn head(major: u8, argument: u64) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    let (information, width) = match argument {
        0..24 => (bytes[7], 0),
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    [&[major << 5 | information], &bytes[8 - width..]].concat()
}

fn int(value: i128) -> Vec<u8> {
    match u64::try_from(value) {
        Ok(value) => head(0, value),
        Err(_) => head(1, u64::try_from(-1 - value).unwrap()),
    }
}

fn string(major: u8, bytes: &[u8]) -> Vec<u8> {
    [&head(major, u64::try_from(bytes.len()).unwrap()), bytes].concat()
}

fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, u64::try_from(items.len()).unwrap()), items.concat()].concat()
}

fn map(entries: &[(i128, Vec<u8>)]) -> Vec<u8> {
    let mut entries: Vec<_> = entries.iter().map(|(key, value)| (int(*key), value)).collect();
    entries.sort();
    let body: Vec<u8> =
        entries.iter().flat_map(|(key, value)| [key.as_slice(), value].concat()).collect();
    [head(5, u64::try_from(entries.len()).unwrap()), body].concat()
}

fn body() -> Vec<(i128, Vec<u8>)> {
    let row = |category, credited, required| array(&[int(category), int(credited), int(required)]);
    vec![
        (1, int(1)),
        (2, int(2022)),
        (3, string(3, "张伟".as_bytes())),
        (4, string(3, b"021X")),
        (6, int(1)),
        (7, array(&[row(1, 300, 300), row(2, 605, 600)])),
        (8, int(17)),
        (9, string(2, &[1; 8])),
        (12, array(&[int(2)])),
    ]
}

fn claims(body: &[(i128, Vec<u8>)], others: &[(i128, Vec<u8>)]) -> Vec<u8> {
    map(&[others, &[(-65_537, map(body))]].concat())
}

fn issued() -> (i128, Vec<u8>) {
    (6, int(1_669_824_000))
}

/// Each field with each value, signed: only the rules of the format tell.
fn fields() -> Vec<String> {
    let most = i128::from(i64::MAX);
    let values: Vec<Vec<u8>> = [
        int(0),
        int(1),
        int(4),
        int(5),
        int(-1),
        int(1_999),
        int(2_000),
        int(2_200),
        int(2_201),
        int(most),
        int(most + 1),
        int(-most - 1),
        int(-most - 2),
        string(3, b""),
        string(3, b"1234"),
        string(3, b"123x"),
        string(3, b"123X"),
        string(3, &[b'a'; 96]),
        string(3, &[b'a'; 97]),
        string(3, &[0xff]),
        string(2, &[0; 8]),
        string(2, &[0; 7]),
        array(&[]),
        array(&[int(1)]),
        array(&vec![int(3); 8]),
        array(&vec![int(3); 9]),
        array(&[array(&[int(1), int(2)])]),
        array(&[array(&[int(1), int(15), int(most)])]),
        array(&vec![array(&[int(1), int(2), int(3)]); 9]),
        array(&[array(&[array(&[int(1)])])]),
        map(&[]),
        map(&[(1, int(2))]),
        vec![0xf5],
        vec![0xf9, 0, 0],
        vec![0xc1, 0],
        vec![0x18, 1],
        vec![0x9f, 0xff],
        vec![0x1c],
        vec![],
    ]
    .into();
    let mut cases = Vec::new();
    let keys = (0..=14).chain([63, 64, 65, 1_000, -1, -2, most]);
    for key in keys {
        let rest: Vec<_> = body().into_iter().filter(|(other, _)| *other != key).collect();
        cases.push(sealed(&claims(&rest, &[issued()])));
        for value in &values {
            let with = [rest.as_slice(), &[(key, value.clone())]].concat();
            cases.push(sealed(&claims(&with, &[issued()])));
        }
    }
    let now = i128::from(now().seconds());
    for at in [0, -1, now, now + 86_400, now + 86_401, most, most + 1, 253_402_271_999] {
        cases.push(sealed(&claims(&body(), &[(6, int(at))])));
        cases.push(sealed(&claims(&body(), &[issued(), (4, int(at))])));
    }
    for key in [-65_538, -1, 0, 1, 3, 5, 7, 64] {
        cases.push(sealed(&claims(&body(), &[issued(), (key, int(1))])));
    }
    for payload in [claims(&body(), &[]), map(&[issued()]), map(&[]), array(&[]), int(1), vec![]] {
        cases.push(sealed(&payload));
    }
    cases.push(sealed(&[claims(&body(), &[issued()]), vec![0]].concat()));
    cases
}

/// Envelopes with any header, signed as they stand.
fn headers() -> Vec<String> {
    let signer = signer("150600");
    let kid = (4, string(2, &signer.public_key().id().0));
    let unknown = (4, string(2, &[0; 8]));
    let algorithm = (1, int(-19));
    let payload = claims(&body(), &[issued()]);
    let envelope = |header: &[u8], realm: &str, unprotected: Vec<u8>| {
        let aad = [b"shenyan/card/1\0", realm.as_bytes()].concat();
        let parts = [string(3, b"Signature1"), string(2, header), string(2, &aad)];
        let message = array(&[parts.as_slice(), &[string(2, &payload)]].concat());
        let signature = signer.sign(&message).unwrap();
        let parts = [string(2, header), unprotected, string(2, &payload), string(2, &signature)];
        text(PORTAL, &[vec![0xd2], array(&parts)].concat())
    };
    let good = map(&[algorithm.clone(), kid.clone()]);
    let mut cases: Vec<String> = [
        map(&[]),
        map(std::slice::from_ref(&algorithm)),
        map(std::slice::from_ref(&kid)),
        map(&[algorithm.clone(), unknown]),
        map(&[(1, int(-8)), kid.clone()]),
        map(&[(1, string(3, b"x")), kid.clone()]),
        map(&[algorithm.clone(), kid.clone(), (3, int(1))]),
        map(&[algorithm.clone(), kid.clone(), (5, int(1))]),
        map(&[algorithm.clone(), (4, string(2, &[0; 7]))]),
        map(&[algorithm, (4, string(3, b"12345678")), (-1, int(1))]),
        array(&[]),
        vec![],
    ]
    .iter()
    .map(|header| envelope(header, "specimen", map(&[])))
    .collect();
    cases.extend(["", "training", "specimen "].map(|realm| envelope(&good, realm, map(&[]))));
    cases.push(envelope(&good, "specimen", map(&[kid])));
    cases.push(envelope(&good, "specimen", array(&[])));
    cases
}

/// The edges of what a name may hold.
fn names() -> Vec<String> {
    let characters = [
        0, 0x1f, 0x20, 0x22, 0x5c, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0x61b, 0x61c, 0x61d, 0x200d,
        0x200e, 0x200f, 0x2010, 0x2028, 0x2029, 0x202a, 0x202e, 0x202f, 0x2065, 0x2066, 0x2069,
        0x206a, 0xd7ff, 0xe000, 0xf8ff, 0xf900, 0xfeff, 0xfffd, 0xffff, 0x1_0000, 0x2_b5af,
        0xe_0100, 0xe_ffff, 0xf_0000, 0xf_ffff, 0x10_0000, 0x10_ffff,
    ];
    let name = |text: &str| {
        let mut body = body();
        body[2].1 = string(3, text.as_bytes());
        sealed(&claims(&body, &[issued()]))
    };
    let mut cases: Vec<String> =
        characters.iter().map(|it| name(&format!("甲{}", char::from_u32(*it).unwrap()))).collect();
    cases.extend(["<b>甲</b>", "汉", "\u{feff}甲", "é", "e\u{301}"].map(name));
    cases.push(name(&"汉".repeat(32)));
    cases.push(name(&"汉".repeat(33)));
    cases
}

fn cut_and_flipped() -> Vec<String> {
    let good = good();
    let mut cases = Vec::new();
    for at in 0..good.len() {
        cases.push(text(PORTAL, &good[..at]));
        for bit in [0, 3, 5, 7] {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << bit;
            cases.push(text(PORTAL, &flipped));
        }
    }
    cases.push(text(PORTAL, &[good.as_slice(), &[0]].concat()));
    cases
}

/// Bytes of a payload thrown at random, and signed all the same.
pub(super) fn thrown(count: usize, sealed: impl Fn(&[u8]) -> String) -> Vec<String> {
    let mut dice = Dice(0x5eed_5eed);
    let payloads = [full_card().encode(), claims(&body(), &[issued()])];
    (0..count)
        .map(|at| {
            let mut payload = payloads[at % 2].clone();
            for _ in 0..=dice.below(3) {
                let place = dice.below(payload.len());
                payload[place] = dice.byte();
            }
            sealed(&payload)
        })
        .collect()
}
