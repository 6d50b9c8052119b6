//! The facts of an application: those of the person on that day, and those that
//! follow from them.

use std::cmp::Reverse;

use super::engine::{FactSet, Facts, Wanting};
use super::policy::Policy;
use super::policy::decision::ConcurrentPosts;
use super::policy::vocabulary::{Answer, DateRange, Fact, Value};
use super::record::{Application, Person, Post, Proof, Rank, Record, Role, Service, Stated};
use crate::time::Date;

/// The facts of a person's application; derived ones are computed.
pub fn facts(policy: &Policy, record: &Record, application: &Application) -> Facts {
    let Application { purpose, grade, on, year } = *application;
    let Person { born, sex, entered, qualified, transfers, education, services, moves: _ } =
        &record.person;
    let mut wanting = Wanting::default();
    let [sector, grassroots, kind] = of_posts(policy, record, on, &mut wanting);
    let Wanting { mut unproven, of_posts, mut too_late } = wanting;
    let hospital = services.as_ref().and_then(|it| served(it, on, &mut unproven));
    let mut unless_rejected = |fact, Stated { value, proof }: Stated<Value>| {
        Needs::NoRejection.met(fact, value, proof, &mut unproven)
    };
    // Of two that state the same, the better proven counts; what was rejected, only where
    // nothing else is stated, and then it leaves the fact unknown.
    let is_believed = |proof| proof != Proof::Rejected;
    let transferred = transfers.as_ref().and_then(|days| {
        let before = days.iter().filter(|day| day.value <= on);
        let latest = before.max_by_key(|it| (is_believed(it.proof), it.value, Reverse(it.proof)));
        unless_rejected(Fact::TransferredOn, day_or_absent(latest))
    });
    let qualified = qualified.as_ref().and_then(|days| {
        let first = days.iter().min_by_key(|it| (!is_believed(it.proof), it.value, it.proof));
        unless_rejected(Fact::QualifiedOn, day_or_absent(first))
    });
    let highest = education.as_ref().and_then(|degrees| {
        let before = degrees.iter().filter(|degree| degree.value.1 <= on);
        let highest =
            before.max_by_key(|it| (is_believed(it.proof), it.value.0, Reverse(it.proof)))?;
        unless_rejected(Fact::Education, highest.map(|(level, _)| level))
    });
    let born = born.and_then(|it| unless_rejected(Fact::BornOn, it.map(Value::Date)));
    let sex = sex.and_then(|it| unless_rejected(Fact::Sex, it));
    // Whoever applies is at work: a later day is a mistake, and nothing follows from it.
    let is_annual = policy.vocabulary.keyed(Fact::Purpose, "annual") == Some(purpose);
    let entered = entered.filter(|it| {
        let is_past = is_annual || it.value.first <= on;
        if !is_past {
            too_late.insert(Fact::EnteredOn);
        }
        is_past
    });
    // No later than what is known otherwise, whatever became of its own evidence.
    let entered = entered.and_then(|it| unless_rejected(Fact::EnteredOn, it.map(Value::Date)));
    let entered = entered.or_else(|| record.entered_by().map(Value::Date));
    for (fact, role) in ROLES {
        if record.is_unproven(role, on) {
            unproven.insert(fact);
        }
    }
    let role = |role| record.held(role, on).map(Value::YesNo);
    let mut facts = Facts::none();
    for (fact, value) in [
        (Fact::Purpose, Some(purpose)),
        (Fact::Grade, grade),
        (Fact::ApplicationYear, Some(Value::Number(i32::from(year)))),
        (Fact::AppliedOn, Some(Value::Date(DateRange::day(on)))),
        (Fact::BornOn, born),
        (Fact::Sex, sex),
        (Fact::Sector, sector),
        (Fact::Grassroots, grassroots),
        (Fact::DesignatedHospital, hospital),
        (Fact::Education, highest),
        (Fact::UnitKind, kind),
        (Fact::TransferredOn, transferred),
        (Fact::EnteredOn, entered),
        (Fact::QualifiedOn, qualified),
        (Fact::SubjectTeacher, role(Role::SubjectTeacher)),
        (Fact::SkilledWorker, role(Role::SkilledWorker)),
    ] {
        facts.set(fact, value);
    }
    facts.leave_wanting(Wanting { unproven, of_posts, too_late });
    derive(policy, &mut facts);
    facts
}

/// Whether somebody had served at a designated hospital by a day.
fn served(services: &[Service], on: Date, unproven: &mut FactSet) -> Option<Value> {
    let before = services.iter().filter(|service| service.from <= on);
    let Some(best) = before.map(|service| service.proof).min() else {
        return Some(Value::YesNo(Answer::No));
    };
    let served = Value::YesNo(Answer::Yes);
    Needs::Checked.met(Fact::DesignatedHospital, served, best, unproven)
}

/// 领域, 基层一线 and 单位类型 of the posts held on a day.
///
/// Posts that say the same of a fact agree, by the best of their proofs. Where they do
/// not, a recorded decision says by which of them to go; without one, or where it
/// leaves it open, the fact is unknown, whichever stands first in the file.
fn of_posts(
    policy: &Policy,
    record: &Record,
    on: Date,
    wanting: &mut Wanting,
) -> [Option<Value>; 3] {
    let decisions = policy.decisions.values();
    let mut decided = decisions.filter_map(|it| it.parameters.concurrent_posts);
    let decided = decided.next();
    let posts: Vec<&Post> = record.posts_held(on).collect();
    let mains = posts.iter().copied().filter(|post| post.rank == Rank::Main);
    let mains: Vec<&Post> = mains.filter(|_| decided == Some(ConcurrentPosts::Main)).collect();
    let private = policy.vocabulary.keyed(Fact::Sector, "private");
    let yes = Some(Value::YesNo(Answer::Yes));
    let mut known = |fact, of: &dyn Fn(&Post) -> Option<Value>, lessening: Option<Value>| {
        let stated = |posts: &[&Post]| -> Vec<Stated<Value>> {
            let each = posts.iter();
            let each = each.map(|post| Some(Stated { value: of(post)?, proof: post.proof }));
            each.flatten().collect()
        };
        let agreed = |posts: &[&Post]| {
            let stated = stated(posts);
            let first = stated.first()?.value;
            let agree = stated.len() == posts.len() && stated.iter().all(|it| it.value == first);
            agree.then_some((first, stated))
        };
        let best = lessening.filter(|_| decided == Some(ConcurrentPosts::MostFavourable));
        let best = best.map(|best| (best, stated(&posts)));
        // Only where they do not agree does it matter which is the main one.
        let (chosen, stated) = agreed(&posts).or_else(|| agreed(&mains)).or(best)?;
        let of_chosen = stated.into_iter().filter(|it| it.value == chosen);
        let Stated { value, proof } = of_chosen.min_by_key(|it| it.proof)?;
        let needs = match lessening {
            Some(lessening) if lessening == value => Needs::Checked,
            // What asks the full hours is nothing that anybody would claim falsely.
            Some(_) => Needs::Nothing,
            None => Needs::NoRejection,
        };
        // For want of proof it is unknown, and for no other reason.
        Some(needs.met(fact, value, proof, &mut wanting.unproven))
    };
    let values = [
        known(Fact::Sector, &|post| post.sector, private),
        known(Fact::Grassroots, &|post| post.grassroots.map(Value::YesNo), yes),
        known(Fact::UnitKind, &|post| post.kind, None),
    ];
    for (fact, value) in [Fact::Sector, Fact::Grassroots, Fact::UnitKind].into_iter().zip(&values) {
        // Of a single post that does not state a fact, the fact is asked for.
        if value.is_none() && posts.len() != 1 {
            wanting.of_posts.insert(fact);
        }
    }
    values.map(Option::flatten)
}

/// The facts that roles are.
pub(super) const ROLES: [(Fact, Role); 2] =
    [(Fact::SubjectTeacher, Role::SubjectTeacher), (Fact::SkilledWorker, Role::SkilledWorker)];

/// What it takes for a fact that is stated to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Evidence that was checked: what lessens the hours.
    Checked,
    /// That its evidence was not rejected.
    NoRejection,
    /// Nothing: it stands as it is stated.
    Nothing,
}

impl Needs {
    /// The value, if the proof is enough; else the fact is stated and unproven.
    fn met(self, fact: Fact, value: Value, proof: Proof, unproven: &mut FactSet) -> Option<Value> {
        let is_met = match (self, proof) {
            (Self::Nothing, _) | (_, Proof::Checked) | (Self::NoRejection, Proof::Wanting) => true,
            (Self::Checked, Proof::Wanting)
            | (Self::Checked | Self::NoRejection, Proof::Rejected) => false,
        };
        if !is_met {
            unproven.insert(fact);
        }
        is_met.then_some(value)
    }
}

/// A day as a value; that there is none needs no evidence.
fn day_or_absent(day: Option<&Stated<Date>>) -> Stated<Value> {
    match day {
        Some(day) => day.map(|day| Value::Date(DateRange::day(day))),
        None => Stated { value: Value::Absent, proof: Proof::Wanting },
    }
}

/// Computes the facts that follow from others.
pub fn derive(policy: &Policy, facts: &mut Facts) {
    for defined in &policy.definitions {
        let definition = &defined.definition;
        if facts.value(definition.fact).is_some() {
            continue; // an example states it
        }
        if let [Some(one), Some(two)] = definition.arguments.map(|fact| facts.value(fact)) {
            facts.set(definition.fact, definition.function.apply(defined.birthday, [one, two]));
        }
    }
}

/// The least and the most that a derived number can be, where what it follows
/// from is known to lie between some days.
pub(super) fn bounds(policy: &Policy, facts: &Facts, fact: Fact) -> Option<(i32, i32)> {
    let defined = policy.definitions.iter().find(|it| it.definition.fact == fact)?;
    let [one, two] = defined.definition.arguments.map(|fact| facts.value(fact));
    defined.definition.function.bounds(defined.birthday, [one?, two?])
}
