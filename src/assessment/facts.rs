//! The facts of an application: those of the person on that day, and those that
//! follow from them.

use std::cmp::Reverse;

use super::engine::{FactSet, Facts};
use super::policy::Policy;
use super::policy::vocabulary::{Answer, DateRange, Fact, Value};
use super::record::{Application, Person, Post, Proof, Record, Role, Stated};
use crate::time::Date;

/// The facts of a person's application; derived ones are computed.
pub fn facts(policy: &Policy, record: &Record, application: &Application) -> Facts {
    let Application { purpose, grade, on, year } = *application;
    let Person { born, sex, entered, qualified, transfers, education, services } = &record.person;
    let mut unproven = FactSet::default();
    let [sector, grassroots, kind] = of_post(policy, record.post_held(on), &mut unproven);
    let hospital = services.as_ref().and_then(|services| {
        let before = services.iter().filter(|service| service.from <= on);
        let Some(best) = before.map(|service| service.proof).min() else {
            return Some(Value::YesNo(Answer::No));
        };
        let served = Value::YesNo(Answer::Yes);
        Needs::Checked.met(Fact::DesignatedHospital, served, best, &mut unproven)
    });
    let mut unless_rejected = |fact, Stated { value, proof }: Stated<Value>| {
        Needs::NoRejection.met(fact, value, proof, &mut unproven)
    };
    // Of two that state the same, the better proven counts.
    let transferred = transfers.as_ref().and_then(|days| {
        let before = days.iter().filter(|day| day.value <= on);
        let latest = before.max_by_key(|day| (day.value, Reverse(day.proof)));
        unless_rejected(Fact::TransferredOn, day_or_absent(latest))
    });
    let qualified = qualified.as_ref().and_then(|days| {
        let first = days.iter().min_by_key(|day| (day.value, day.proof));
        unless_rejected(Fact::QualifiedOn, day_or_absent(first))
    });
    let highest = education.as_ref().and_then(|degrees| {
        let before = degrees.iter().filter(|degree| degree.value.1 <= on);
        let highest = before.max_by_key(|degree| (degree.value.0, Reverse(degree.proof)))?;
        unless_rejected(Fact::Education, highest.map(|(level, _)| level))
    });
    let born = born.and_then(|it| unless_rejected(Fact::BornOn, it.map(Value::Date)));
    let sex = sex.and_then(|it| unless_rejected(Fact::Sex, it));
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
    facts.leave_unproven(unproven);
    derive(policy, &mut facts);
    facts
}

/// 领域, 基层一线 and 单位类型 of a post.
fn of_post(policy: &Policy, post: Option<&Post>, unproven: &mut FactSet) -> [Option<Value>; 3] {
    let Some(Post { sector, grassroots, kind, proof, .. }) = post else { return [None; 3] };
    let private = policy.vocabulary.keyed(Fact::Sector, "private");
    let mut met = |fact, value, lessens| {
        let needs = if lessens { Needs::Checked } else { Needs::NoRejection };
        needs.met(fact, value, *proof, unproven)
    };
    [
        sector.and_then(|it| met(Fact::Sector, it, Some(it) == private)),
        grassroots.and_then(|it| met(Fact::Grassroots, Value::YesNo(it), it == Answer::Yes)),
        kind.and_then(|it| met(Fact::UnitKind, it, false)),
    ]
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
}

impl Needs {
    /// The value, if the proof is enough; else the fact is stated and unproven.
    fn met(self, fact: Fact, value: Value, proof: Proof, unproven: &mut FactSet) -> Option<Value> {
        let is_met = match (self, proof) {
            (_, Proof::Checked) | (Self::NoRejection, Proof::Wanting) => true,
            (Self::Checked, Proof::Wanting) | (_, Proof::Rejected) => false,
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
