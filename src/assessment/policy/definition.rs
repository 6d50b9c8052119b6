//! Definitions: facts that follow from others by one of a few named functions.
//!
//! ```text
//! > **定义**
//! > 周岁 = 周岁(出生日期, 申报日)
//! > 机关转任年差 = 年差(申报年度, 转任日期)
//! > 裁量：D1、D2
//! ```

use super::block::{Piece, Quote};
use super::decision::Birthday;
use super::rule::list;
use super::text::{Source, clip};
use super::vocabulary::{Fact, Shape, Value, Vocabulary};
use crate::diagnostic::Diagnostics;
use crate::time::Date;

/// A fact that follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The fact.
    pub fact: Fact,
    /// How it follows.
    pub function: Function,
    /// What it follows from.
    pub arguments: [Fact; 2],
    /// The decisions on how it is computed.
    pub decisions: Vec<String>,
    /// The line of the file.
    pub line: u32,
}

/// The functions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// 周岁(生日, 日期): full years of age on a day.
    Age,
    /// 年差(年度, 日期): years from the year of a date to a year.
    Years,
    /// 天数差(日期, 日期): days from one date to another.
    Days,
}

impl Function {
    const ALL: [Self; 3] = [Self::Age, Self::Years, Self::Days];

    /// Its name in definitions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Age => "周岁",
            Self::Years => "年差",
            Self::Days => "天数差",
        }
    }

    const fn shapes(self) -> [Shape; 2] {
        match self {
            Self::Age | Self::Days => [Shape::Date, Shape::Date],
            Self::Years => [Shape::Number, Shape::Date],
        }
    }

    /// Its value; nothing where what is known of its arguments leaves it open.
    pub fn apply(self, birthday: Birthday, arguments: [Value; 2]) -> Option<Value> {
        if let [Value::Absent, _] | [_, Value::Absent] = arguments {
            return Some(Value::Absent);
        }
        let (least, most) = self.bounds(birthday, arguments)?;
        (least == most).then_some(Value::Number(least))
    }

    /// The least and the most that its value can be.
    pub fn bounds(self, birthday: Birthday, arguments: [Value; 2]) -> Option<(i32, i32)> {
        let days = |from: Date, to: Date| i32::try_from(to.days() - from.days()).ok();
        match (self, arguments) {
            (Self::Age, [Value::Date(born), Value::Date(on)]) => {
                let least = age(birthday, born.last, on.first);
                Some((least, age(birthday, born.first, on.last)))
            }
            (Self::Years, [Value::Number(year), Value::Date(date)]) => {
                let years = |date: Date| year.saturating_sub(i32::from(date.year()));
                Some((years(date.last), years(date.first)))
            }
            (Self::Days, [Value::Date(from), Value::Date(to)]) => {
                Some((days(from.last, to.first)?, days(from.first, to.last)?))
            }
            _ => None,
        }
    }
}

/// Full years of age on a day; none before birth.
///
/// Somebody born on 29 February is a year older on 28 February of other years
/// (民法典 202: a period ends on the last day of a month without its day).
fn age(birthday: Birthday, born: Date, on: Date) -> i32 {
    let years = i32::from(on.year()) - i32::from(born.year());
    let born_leap = (born.month(), born.day()) == (2, 29);
    let day = match Date::new(on.year(), born.month(), born.day()) {
        Ok(day) => day,
        Err(_) if born_leap => Date::new(on.year(), 2, 28).expect("every year has it"),
        Err(_) => return years,
    };
    let is_reached = match birthday {
        Birthday::OnTheDay => day <= on,
        Birthday::DayAfter => day < on,
    };
    years - i32::from(!is_reached)
}

/// Reads a blockquote of definitions.
pub(super) fn read(
    source: &Source<'_>,
    quote: &Quote,
    vocabulary: &Vocabulary,
    problems: &mut Diagnostics,
) -> Vec<Definition> {
    let mut definitions = Vec::new();
    let mut decisions = Vec::new();
    for line in quote.lines.iter().skip(1) {
        if let Some(ids) = line.text.strip_prefix("裁量：").or(line.text.strip_prefix("裁量:"))
        {
            decisions = list(ids);
            continue;
        }
        match definition(source, line, vocabulary) {
            Ok(definition) => definitions.push(definition),
            Err((message, hint)) => problems.error(source.place(line.offset), message, hint),
        }
    }
    for definition in &mut definitions {
        definition.decisions.clone_from(&decisions);
    }
    definitions
}

fn definition(
    source: &Source<'_>,
    line: &Piece,
    vocabulary: &Vocabulary,
) -> Result<Definition, (String, String)> {
    let unreadable = || {
        let names = Function::ALL.map(Function::name).join("、");
        (
            format!("看不懂这条定义：“{}”", clip(&line.text, 40)),
            format!("写成 周岁 = 周岁(出生日期, 申报日)；可用的函数：{names}"),
        )
    };
    let (label, call) = line.text.split_once(['=', '＝']).ok_or_else(unreadable)?;
    let (name, arguments) = call.trim().split_once(['(', '（']).ok_or_else(unreadable)?;
    let arguments = arguments.strip_suffix([')', '）']).ok_or_else(unreadable)?;
    let function = Function::ALL.into_iter().find(|it| it.name() == name.trim());
    let function = function.ok_or_else(unreadable)?;
    let fact = |label: &str| {
        vocabulary.fact(label.trim()).ok_or_else(|| {
            let known = vocabulary.fact_labels().collect::<Vec<_>>().join("、");
            (format!("词表中没有事实“{}”", clip(label.trim(), 40)), format!("可用的事实：{known}"))
        })
    };
    let (one, two) = arguments.split_once([',', '，', '、']).ok_or_else(unreadable)?;
    let (defined, arguments) = (fact(label)?, [fact(one)?, fact(two)?]);
    let wanted = function.shapes();
    if defined.shape() != Shape::Number || arguments.map(Fact::shape) != wanted {
        return Err((
            format!("定义中事实的类型不对：“{}”", clip(&line.text, 40)),
            "周岁、天数差 用两个日期；年差 用年度和日期；结果是整数".to_owned(),
        ));
    }
    if let Some(derived) = arguments.into_iter().find(|fact| fact.is_derived()) {
        let label = vocabulary.fact_label(derived);
        return Err((
            format!("定义用到了“{label}”，它自己也由定义推算"),
            "从档案里有的日期和年度推算，如 周岁 = 周岁(出生日期, 申报日)".to_owned(),
        ));
    }
    if let Some(other) = arguments.into_iter().find(|it| it.object() != defined.object()) {
        let fits = vocabulary.facts().filter(|it| {
            it.object() == defined.object() && wanted.contains(&it.shape()) && !it.is_derived()
        });
        let fits: Vec<_> = fits.map(|fact| vocabulary.fact_label(fact)).collect();
        let [label, object] = [vocabulary.fact_label(other), other.object().word()];
        let defined_label = vocabulary.fact_label(defined);
        return Err((
            format!(
                "“{defined_label}”是{}的事实，不能从{object}的“{label}”推算",
                defined.object().word()
            ),
            format!("可用的：{}", fits.join("、")),
        ));
    }
    let line = source.line(line.offset);
    Ok(Definition { fact: defined, function, arguments, decisions: Vec::new(), line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::policy::vocabulary::DateRange;

    fn day(text: &str) -> Value {
        Value::Date(DateRange::day(text.parse().unwrap()))
    }

    #[test]
    fn years_of_age_begin_on_the_birthday_or_the_day_after() {
        for (born, on, on_the_day, day_after) in [
            ("1967-09-01", "2022-09-01", 55, 54),
            ("1967-09-01", "2022-08-31", 54, 54),
            ("1967-09-01", "2022-09-02", 55, 55),
            ("1972-02-29", "2022-02-27", 49, 49),
            ("1972-02-29", "2022-02-28", 50, 49),
            ("1972-02-29", "2022-03-01", 50, 50),
            ("1972-02-29", "2024-02-28", 51, 51),
            ("1972-02-29", "2024-02-29", 52, 51),
            ("2000-12-31", "2000-12-31", 0, -1),
        ] {
            let of = |birthday| Function::Age.apply(birthday, [day(born), day(on)]);
            assert_eq!(of(Birthday::OnTheDay), Some(Value::Number(on_the_day)), "{born} {on}");
            assert_eq!(of(Birthday::DayAfter), Some(Value::Number(day_after)), "{born} {on}");
        }
    }

    #[test]
    fn a_birth_month_gives_an_age_only_where_its_days_agree() {
        let born = |first: &str, last: &str| {
            let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
            Value::Date(DateRange { first, last })
        };
        let age = |born, on| Function::Age.apply(Birthday::OnTheDay, [born, day(on)]);
        let june = born("1967-06-01", "1967-06-30");
        assert_eq!(age(june, "2022-06-15"), None);
        assert_eq!(age(june, "2022-06-30"), Some(Value::Number(55)));
        assert_eq!(age(june, "2022-05-31"), Some(Value::Number(54)));
    }

    #[test]
    fn days_and_years_between() {
        let days = |one, two| Function::Days.apply(Birthday::OnTheDay, [day(one), day(two)]);
        assert_eq!(days("2022-05-02", "2022-05-16"), Some(Value::Number(14)));
        assert_eq!(days("2022-06-03", "2022-05-20"), Some(Value::Number(-14)));
        let years = |date| Function::Years.apply(Birthday::OnTheDay, [Value::Number(2022), date]);
        assert_eq!(years(day("2021-12-31")), Some(Value::Number(1)));
        assert_eq!(years(Value::Absent), Some(Value::Absent));
    }
}
