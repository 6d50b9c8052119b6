//! The facts of an application: those of the person on that day, and those that
//! follow from them.

use super::engine::Facts;
use super::policy::Policy;
use super::policy::vocabulary::{Answer, DateRange, Fact, Value};
use super::record::{Application, Person, Proof, Record, Role};

/// The facts of a person's application; derived ones are computed.
pub fn facts(policy: &Policy, record: &Record, application: &Application) -> Facts {
    let Application { purpose, grade, on, year } = *application;
    let Person { born, sex, entered, qualified, transfers, education, services } = &record.person;
    let post = record.post_held(on);
    let proven = |value: Value, proof: Proof, needs_none: bool| {
        (needs_none || proof == Proof::Checked).then_some(value)
    };
    let private = policy.vocabulary.keyed(Fact::Sector, "private");
    let sector = post.and_then(|post| {
        let value = post.sector?;
        proven(value, post.proof, Some(value) != private)
    });
    let grassroots = post.and_then(|post| {
        let answer = post.grassroots?;
        proven(Value::YesNo(answer), post.proof, answer == Answer::No)
    });
    let hospital = services.as_ref().and_then(|services| {
        let mut before = services.iter().filter(|service| service.from <= on).peekable();
        match before.peek() {
            None => Some(Value::YesNo(Answer::No)),
            Some(_) => before
                .any(|service| service.proof == Proof::Checked)
                .then_some(Value::YesNo(Answer::Yes)),
        }
    });
    let transferred = transfers.as_ref().map(|days| {
        let latest = days.iter().filter(|day| **day <= on).max();
        latest.map_or(Value::Absent, |day| Value::Date(DateRange::day(*day)))
    });
    let qualified = qualified.as_ref().map(|days| {
        let first = days.iter().min();
        first.map_or(Value::Absent, |day| Value::Date(DateRange::day(*day)))
    });
    let degrees = education.as_ref().map(|degrees| degrees.iter().filter(|(_, day)| *day <= on));
    let highest = degrees.and_then(|degrees| degrees.map(|(level, _)| *level).max());
    let role = |role| record.held(role, on).map(Value::YesNo);
    let mut facts = Facts::none();
    for (fact, value) in [
        (Fact::Purpose, Some(purpose)),
        (Fact::Grade, grade),
        (Fact::ApplicationYear, Some(Value::Number(i32::from(year)))),
        (Fact::AppliedOn, Some(Value::Date(DateRange::day(on)))),
        (Fact::BornOn, born.map(Value::Date)),
        (Fact::Sex, *sex),
        (Fact::Sector, sector),
        (Fact::Grassroots, grassroots),
        (Fact::DesignatedHospital, hospital),
        (Fact::Education, highest),
        (Fact::UnitKind, post.and_then(|post| post.kind)),
        (Fact::TransferredOn, transferred),
        (Fact::EnteredOn, entered.or_else(|| record.entered_by()).map(Value::Date)),
        (Fact::QualifiedOn, qualified),
        (Fact::SubjectTeacher, role(Role::SubjectTeacher)),
        (Fact::SkilledWorker, role(Role::SkilledWorker)),
    ] {
        facts.set(fact, value);
    }
    derive(policy, &mut facts);
    facts
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
