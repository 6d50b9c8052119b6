//! Days of a record that cannot all be: somebody is born before entering into service,
//! and enters before holding a post, being transferred, or applying for anything.
//!
//! They are told and nothing else: which of two days is wrong, the office must find out.

use super::read::Reader;
use super::shape::Learner;
use super::{Person, Post};
use crate::assessment::json::{Raw, Text};
use crate::time::Date;

impl<'a> Reader<'a> {
    /// Tells of an application before what must have come before it.
    pub(super) fn tell_early_application(&mut self, text: &Text<'a>, on: Date, person: &Person) {
        for (what, day) in [("出生日期", person.born), ("参加工作日期", person.entered)] {
            let Some(first) = day.map(|it| it.value.first).filter(|first| on < *first) else {
                continue;
            };
            self.problems.warning(
                self.json.place(text.raw),
                format!("申报日 {on} 早于{what} {first}"),
                format!("核对申报日和{what}"),
            );
        }
    }

    /// Tells of an entry or a transfer that does not fit a birth or a post.
    pub(super) fn tell_contradictions(
        &mut self,
        learner: &Learner<'a>,
        posts: &[Post],
        person: &Person,
    ) {
        let born = person.born.map(|it| it.value.first);
        let born = |day: &Date| born.filter(|born| day < born);
        if let Some(entered) = person.entered.map(|it| it.value) {
            if let Some(born) = born(&entered.last) {
                let message = format!("参加工作日期 {} 早于出生日期 {born}", entered.last);
                self.tell(learner.entered, message, "核对参加工作日期和出生日期");
            }
            let first = posts.iter().filter_map(|post| post.from).min();
            if let Some(first) = first.filter(|first| *first < entered.first) {
                let message =
                    format!("参加工作日期 {} 晚于最早一项任职的起始日 {first}", entered.first);
                self.tell(learner.entered, message, "核对参加工作日期和任职的起始日");
            }
        }
        for on in person.moves.iter().map(|it| it.value) {
            if let Some(born) = born(&on) {
                let message = format!("转任日 {on} 早于出生日期 {born}");
                self.tell(learner.transfers, message, "核对转任日和出生日期");
            }
        }
    }

    fn tell(&mut self, at: Option<Raw<'a>>, message: String, hint: &str) {
        let place = at.map_or_else(|| self.json.start(), |raw| self.json.place(raw.text()));
        self.problems.warning(place, message, hint);
    }
}
