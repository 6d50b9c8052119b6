//! Invented learners: any number, the same ones each time.
//!
//! Nobody has these document numbers: the region 999999 is assigned to no
//! place, and the births lie in 2060 and after. Their check characters hold.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

const FAMILY: [&str; 8] = ["样", "试", "例", "虚", "拟", "阿样", "欧样", "诸样"];
const GIVEN: [&str; 16] = [
    "一",
    "林",
    "明",
    "其其格",
    "安",
    "海",
    "雨",
    "思源",
    "学",
    "文",
    "青",
    "㛃",
    "知行",
    "川",
    "立",
    "禾",
];
/// People of one unit.
const UNIT: usize = 60;

/// How the learners are kept.
#[derive(Clone, Copy)]
pub(crate) enum Files {
    /// One line a person in one `.ndjson`.
    Lines,
    /// One `.json` a person.
    Each,
}

/// Writes the first `count` learners into a folder; how many of them pass.
pub(crate) fn write(folder: &Path, count: usize, files: Files) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let (passing, learners) = all(count);
    match files {
        Files::Lines => std::fs::write(folder.join("all.ndjson"), learners.join("\n"))?,
        Files::Each => {
            for (at, learner) in learners.iter().enumerate() {
                std::fs::write(folder.join(format!("p-{at:07}.json")), learner)?;
            }
        }
    }
    Ok(passing)
}

/// The first `count` learners as JSON, and how many of them pass.
pub(crate) fn all(count: usize) -> (usize, Vec<String>) {
    let mut chance = Chance(2022);
    let mut passing = 0;
    let learners = (0..count).map(|at| {
        let (is_passing, learner) = learner(at, &mut chance);
        passing += usize::from(is_passing);
        learner.to_string()
    });
    let learners = learners.collect();
    (passing, learners)
}

/// One learner. Six in ten pass, three in ten lack professional hours, and of
/// one in ten some hours wait for approval.
fn learner(at: usize, chance: &mut Chance) -> (bool, Value) {
    let year = ["2022", "2021"];
    let draw = chance.below(10);
    let general = 30 + chance.below(16);
    let professional = match draw {
        0..6 => 60 + chance.below(31),
        6..9 => chance.below(60),
        _ => 40,
    };
    let mut trainings = vec![
        training(1, "公需网络培训", "公需", general, "2022-06-20", "2022-07-04"),
        training(2, "基地培训", "专业", professional, "2022-08-19", "2022-09-02"),
    ];
    if draw == 9 {
        let mut waiting = training(3, "基地培训", "专业", 20, "2022-10-21", "");
        waiting["approval"] = json!({"status": "待核定"});
        trainings.push(waiting);
    }
    if chance.below(4) == 0 {
        let earlier = year[chance.below(2)];
        let number = trainings.len() + 1;
        let (on, approved) = (format!("{earlier}-03-18"), format!("{earlier}-04-01"));
        trainings.push(training(number, "公需网络培训", "公需", 6, &on, &approved));
    }
    let evidence: Vec<_> = (1..=trainings.len()).map(|number| evidence(number, chance)).collect();
    let mut learner = json!({
        "schema": "learner/1",
        "person_id": format!("p-{at:07}"),
        "name": [{"value": name(at, chance), "from": "2019-09-01"}],
        "id_doc": {"kind": "居民身份证", "number": document_number(at)},
        "posts": [{"unit": format!("样张市第{}样例中学", at / UNIT + 1), "from": "2019-09-01"}],
        "trainings": trainings,
        "evidence": evidence,
    });
    if at.is_multiple_of(2) {
        learner["roles"] = json!([]);
    }
    (draw < 6, learner)
}

fn training(
    number: usize,
    category: &str,
    subject: &str,
    hours: usize,
    completed: &str,
    approved: &str,
) -> Value {
    json!({
        "id": format!("t{number}"),
        "category": category,
        "subject": subject,
        "provider": "样张继续教育基地",
        "mode": "线上",
        "completed_on": completed,
        "hours": hours.to_string(),
        "unit": "学时",
        "approval": {"status": "已核定", "by": "150600", "on": approved, "region": "150600"},
        "evidence": [format!("e{number}")],
    })
}

fn evidence(number: usize, chance: &mut Chance) -> Value {
    let digest: String = (0..4).map(|_| format!("{:016x}", chance.next())).collect();
    json!({
        "id": format!("e{number}"),
        "kind": "结业证书",
        "issuer": "样张继续教育基地",
        "on": "2022-08-19",
        "sm3": digest,
        "status": "已审",
    })
}

fn name(at: usize, chance: &mut Chance) -> String {
    let family = FAMILY[chance.below(FAMILY.len())];
    let given = GIVEN[chance.below(GIVEN.len())];
    if at.is_multiple_of(9) { format!("{given}·{family}") } else { format!("{family}{given}") }
}

/// A number of the region 999999 with its check character (GB 11643-1999); a
/// thousand births a day, 28 days a month, from 2060 on.
fn document_number(at: usize) -> String {
    let (day, serial) = (at / 1_000, at % 1_000);
    let (month, day) = (day / 28, day % 28 + 1);
    let (year, month) = (2060 + month / 12, month % 12 + 1);
    let places = format!("999999{year:04}{month:02}{day:02}{serial:03}");
    // ISO 7064 MOD 11-2: place i from the right, from 0, weighs 2^i.
    let sum: u32 = (1..)
        .zip(places.bytes().rev())
        .map(|(place, digit)| u32::from(digit - b'0') * (2_u32.pow(place) % 11))
        .sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    places + check[sum as usize % 11]
}

/// SplitMix64: the same numbers each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}
