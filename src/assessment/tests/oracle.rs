//! 职称评审 once more, as straight-line code written from the clauses of the
//! region's notice of 2022 and the decisions D1–D26: it reads no table and knows
//! nothing of rules. The engine must agree with it in every case of a grid.

use crate::assessment::application::{Case, Determination, determine, facts};
use crate::assessment::determination::{Of, Outcome};
use crate::assessment::example::empty_record;
use crate::assessment::hours::Hours;
use crate::assessment::policy::tests::SAMPLE;
use crate::assessment::policy::vocabulary::{Answer, DateRange, Fact, Value};
use crate::assessment::record::{
    Application, Person, Post, Proof, Rank, Record, Service, SettledHours, Stated,
};
use crate::time::Date;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sex {
    Man,
    Woman,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grade {
    Junior,
    Middle,
    Senior,
}

/// Somebody who applies on 1 September 2022, all of whose facts are known.
#[derive(Clone, Copy, Debug)]
struct Applicant {
    sex: Sex,
    born: (u16, u8, u8),
    private: bool,
    grassroots: bool,
    hospital: bool,
    /// The year of transfer from an organ of Party or state.
    transferred: Option<u16>,
    grade: Grade,
}

/// Hours of 2020, 2021 and 2022, 公需 and 专业; `None` is no record.
type Learned = [Option<(u32, u32)>; 3];

/// What is asked of each year, 公需 and 专业.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    ForReference,
    Hours(u32, u32),
}

/// 三(一)–(四) and (七); where several apply, the most favourable (D9).
fn asked(it: &Applicant) -> Asked {
    // D1, D2: full years on the day of the application.
    let (year, month, day) = it.born;
    let age = if (month, day) <= (9, 1) { 2022 - year } else { 2021 - year };
    // 三(一): 男满55周岁、女满50周岁…不再要求继续教育学时
    let is_old = match it.sex {
        Sex::Man => age >= 55,
        Sex::Woman => age >= 50,
    };
    // 男满50周岁、女满45周岁…要求完成规定学时的1/3即可
    let is_older = match it.sex {
        Sex::Man => age >= 50,
        Sex::Woman => age >= 45,
    };
    // 三(四), and 三(七): 当年参加职称评审时，不要求继续教育学时
    if is_old || it.hospital || it.transferred == Some(2022) {
        return Asked::Nothing;
    }
    // 三(二), 三(三): 作为评审参考因素
    if it.private || it.grassroots {
        return Asked::ForReference;
    }
    // D7: a third of each category of each year.
    if is_older { Asked::Hours(10, 20) } else { Asked::Hours(30, 60) }
}

/// 二(一): 近三年 is 2020–2022 (D3), 初级 the year itself; after a transfer the
/// years after it (三(七), D16).
fn is_owed(it: &Applicant, year: u16) -> bool {
    let is_in_window = year == 2022 || it.grade != Grade::Junior;
    is_in_window && it.transferred.is_none_or(|transfer| transfer >= 2022 || year > transfer)
}

/// The result, and what is short: year, category, hours.
fn by_the_clauses(it: &Applicant, learned: &Learned) -> (Outcome, Vec<(u16, usize, u32)>) {
    let (mut is_short, mut is_unknown) = (false, false);
    let mut shortfalls = Vec::new();
    let asked = asked(it);
    for (year, hours) in (2020..=2022).zip(learned) {
        let (public, professional) = match asked {
            Asked::Nothing => (0, 0),
            Asked::ForReference => (30, 60),
            Asked::Hours(public, professional) => (public, professional),
        };
        if !is_owed(it, year) {
            continue;
        }
        let known = hours.unwrap_or((0, 0));
        let short = [public.saturating_sub(known.0), professional.saturating_sub(known.1)];
        for (category, short) in short.into_iter().enumerate().filter(|(_, short)| *short > 0) {
            shortfalls.push((year, category, short));
            // No record is not zero.
            is_short |= hours.is_some();
            is_unknown |= hours.is_none();
        }
    }
    let outcome = match asked {
        Asked::Nothing | Asked::ForReference => Outcome::Passed, // D23
        Asked::Hours(..) if is_short => Outcome::Failed,
        Asked::Hours(..) if is_unknown => Outcome::Unclear,
        Asked::Hours(..) => Outcome::Passed,
    };
    (outcome, shortfalls)
}

/// What is known of an applicant.
#[derive(Clone, Copy, Debug)]
struct Known {
    sex: Option<Sex>,
    born: Option<(u16, u8, u8)>,
    private: Option<bool>,
    grassroots: Option<bool>,
    hospital: Option<bool>,
    transferred: Option<Option<u16>>,
    grade: Grade,
}

impl Known {
    fn all(it: &Applicant) -> Self {
        Self {
            sex: Some(it.sex),
            born: Some(it.born),
            private: Some(it.private),
            grassroots: Some(it.grassroots),
            hospital: Some(it.hospital),
            transferred: Some(it.transferred),
            grade: it.grade,
        }
    }

    /// Everybody that it may be.
    fn everybody(&self) -> Vec<Applicant> {
        let either = |known: Option<bool>| known.map_or(vec![false, true], |it| vec![it]);
        let sexes = self.sex.map_or(vec![Sex::Man, Sex::Woman], |it| vec![it]);
        let births =
            self.born.map_or((1952..2005).map(|year| (year, 5, 5)).collect(), |it| vec![it]);
        let transfers = (2015..=2022).map(Some).chain([None]);
        let transfers = self.transferred.map_or(transfers.collect(), |it| vec![it]);
        let mut all = Vec::new();
        for sex in &sexes {
            for born in &births {
                for private in either(self.private) {
                    for grassroots in either(self.grassroots) {
                        for hospital in either(self.hospital) {
                            all.extend(transfers.iter().map(|transferred| Applicant {
                                sex: *sex,
                                born: *born,
                                private,
                                grassroots,
                                hospital,
                                transferred: *transferred,
                                grade: self.grade,
                            }));
                        }
                    }
                }
            }
        }
        all
    }
}

fn day((year, month, day): (u16, u8, u8)) -> Date {
    Date::new(year, month, day).unwrap()
}

fn word(fact: Fact, label: &str) -> Value {
    SAMPLE.sources.vocabulary.labelled(fact, label).unwrap()
}

fn application(grade: Grade) -> Application {
    let grade = match grade {
        Grade::Junior => "初级",
        Grade::Middle => "中级",
        Grade::Senior => "高级",
    };
    Application {
        purpose: word(Fact::Purpose, "职称评审"),
        grade: Some(word(Fact::Grade, grade)),
        on: day((2022, 9, 1)),
        year: 2022,
    }
}

fn stated<T>(value: T) -> Stated<T> {
    Stated { value, proof: Proof::Checked }
}

/// The record that the office would keep.
fn record(known: &Known) -> Record {
    let sex = |sex| if sex == Sex::Man { "男" } else { "女" };
    let sector = |private| if private { "非公" } else { "公有" };
    let service = |proof| Service { from: day((2020, 2, 1)), proof };
    Record {
        posts: vec![Post {
            unit: "某单位".to_owned(),
            kind: None,
            sector: known.private.map(|private| word(Fact::Sector, sector(private))),
            grassroots: known.grassroots.map(|it| if it { Answer::Yes } else { Answer::No }),
            proof: Proof::Checked,
            rank: Rank::Unstated,
            from: None,
            to: None,
        }],
        roles: None,
        person: Person {
            born: known.born.map(|born| stated(DateRange::day(day(born)))),
            sex: known.sex.map(|it| stated(word(Fact::Sex, sex(it)))),
            transfers: known
                .transferred
                .map(|it| it.map(|year| stated(day((year, 4, 1)))).into_iter().collect()),
            moves: Vec::new(),
            entered: Some(stated(DateRange::day(day((2010, 7, 1))))),
            qualified: None,
            education: None,
            services: Some(match known.hospital {
                Some(true) => vec![service(Proof::Checked)],
                Some(false) => Vec::new(),
                None => vec![service(Proof::Wanting)],
            }),
        },
        ..empty_record()
    }
}

fn settled(learned: &Learned) -> Vec<SettledHours> {
    let years = (2020..=2022).zip(learned);
    let years = years.filter_map(|(year, hours)| Some((year, (*hours)?)));
    let hours = |hours| Hours::from_tenths(hours * 10);
    let each = |(year, (public, professional))| {
        [(0, public), (1, professional)].map(|(category, amount)| SettledHours {
            year,
            category,
            hours: hours(amount),
        })
    };
    years.flat_map(each).collect()
}

fn by_the_rules(record: &Record, grade: Grade) -> Determination {
    let policy = &SAMPLE.policies[&2022];
    let facts = facts(policy, record, &application(grade));
    determine(&Case { policies: &SAMPLE.policies, policy, facts, record })
}

/// Everything that three years can be, of full, a third, 公需 full and 专业 short
/// of a third, and no record.
fn every_learned() -> Vec<Learned> {
    let levels = [Some((30, 60)), Some((10, 20)), Some((30, 19)), None];
    let mut all = Vec::new();
    for first in levels {
        for second in levels {
            all.extend(levels.map(|third| [first, second, third]));
        }
    }
    all
}

const SEXES: [Sex; 2] = [Sex::Man, Sex::Woman];
const GRADES: [Grade; 3] = [Grade::Junior, Grade::Middle, Grade::Senior];

#[test]
fn the_engine_agrees_with_the_clauses_on_every_case() {
    // Thirty; on their 45th, 50th and 55th birthday; a day before it.
    let births = [1992, 1977, 1972, 1967].map(|year| (year, 9, 1));
    let births = [&births[..], &[(1977, 9, 2), (1972, 9, 2), (1967, 9, 2)]].concat();
    let transfers = [None, Some(2022), Some(2021), Some(2020), Some(2019)];
    let learned = every_learned();
    let mut cases = 0;
    for sex in SEXES {
        for born in &births {
            for bits in 0..8_u8 {
                for transferred in transfers {
                    for grade in GRADES {
                        let [private, grassroots, hospital] = [1, 2, 4].map(|bit| bits & bit != 0);
                        let born = *born;
                        let it = Applicant {
                            sex,
                            born,
                            private,
                            grassroots,
                            hospital,
                            transferred,
                            grade,
                        };
                        cases += agree(&it, &learned);
                    }
                }
            }
        }
    }
    assert_eq!(cases, 2 * 7 * 8 * 5 * 3 * 64);
}

/// Compares result and shortfalls of one applicant for all that may be learned.
fn agree(it: &Applicant, learned: &[Learned]) -> usize {
    let mut record = record(&Known::all(it));
    for learned in learned {
        record.settled = settled(learned);
        let by_the_rules = by_the_rules(&record, it.grade);
        let (outcome, shortfalls) = by_the_clauses(it, learned);
        assert_eq!(by_the_rules.outcome, outcome, "{it:?} {learned:?}");
        let told: Vec<_> = by_the_rules
            .shortfalls()
            .map(|it| {
                let (&[year], Of::Category(category)) = (&it.years[..], it.of) else {
                    panic!("{it:?}")
                };
                (year, category, it.shortfall().tenths() / 10)
            })
            .collect();
        assert_eq!(told, shortfalls, "{it:?} {learned:?}");
    }
    learned.len()
}

#[test]
fn what_is_not_known_leaves_open_only_what_it_can_change() {
    let births =
        [None, Some((1992, 9, 1)), Some((1975, 9, 1)), Some((1970, 9, 1)), Some((1962, 9, 1))];
    let transfers = [None, Some(None), Some(Some(2022)), Some(Some(2021))];
    let answers = [None, Some(false), Some(true)];
    let levels = [Some((30, 60)), Some((10, 20)), Some((0, 0))];
    for sex in [None, Some(Sex::Man), Some(Sex::Woman)] {
        for born in births {
            for private in answers {
                for (grassroots, hospital) in
                    answers.into_iter().flat_map(|one| answers.map(|other| (one, other)))
                {
                    for transferred in transfers {
                        for level in levels {
                            let grade = Grade::Middle;
                            let known = Known {
                                sex,
                                born,
                                private,
                                grassroots,
                                hospital,
                                transferred,
                                grade,
                            };
                            stands_or_is_open(&known, &[level; 3]);
                        }
                    }
                }
            }
        }
    }
}

/// The result stands if everybody that it may be has the same; else it is open.
fn stands_or_is_open(known: &Known, learned: &Learned) {
    let mut record = record(known);
    record.settled = settled(learned);
    let by_the_rules = by_the_rules(&record, known.grade);
    let outcomes: Vec<_> =
        known.everybody().iter().map(|it| by_the_clauses(it, learned).0).collect();
    let stands = outcomes.iter().all(|outcome| *outcome == outcomes[0]);
    let expected = if stands { outcomes[0] } else { Outcome::Unclear };
    assert_eq!(by_the_rules.outcome, expected, "{known:?} {learned:?}");
    assert_eq!(by_the_rules.questions.is_empty(), stands, "{known:?} {learned:?}");
}
