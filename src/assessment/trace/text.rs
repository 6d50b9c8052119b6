//! A trace in lines for people.

use std::fmt;

use super::{CategoryHours, RuleSet, Step, Together, Trace, Tried, UsedDecision, YearHours};

impl fmt::Display for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, year, id, basis: _ } = self;
        write!(f, "{region}·{year}")?;
        id.iter().try_for_each(|id| write!(f, "@{id}"))
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { output, clauses, given, why, decisions } = self;
        write!(f, "未用 {output} {}", clauses.join("、"))?;
        if !given.is_empty() {
            write!(f, "：{}", given.join("，"))?;
        }
        write!(f, " → {why}")?;
        match decisions.as_slice() {
            [] => Ok(()),
            ids => write!(f, "（{}）", ids.join("、")),
        }
    }
}

impl fmt::Display for Trace {
    /// The trace in lines for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "规则集 {}   {}", self.rule_set, self.person)?;
        let passed = match self.passed_as.as_slice() {
            [] => String::new(),
            words => format!("（{}）", words.join("或")),
        };
        write!(f, "结论 {}{passed}   {} {} 年度", self.outcome, self.purpose, self.year)?;
        match &self.on {
            Some(day) => writeln!(f, "   申报日 {day}")?,
            None => writeln!(f)?,
        }
        writeln!(f, "依据 {}", self.grounds.join("、"))?;
        let mut number = 0;
        let mut line = |f: &mut fmt::Formatter<'_>, text: String| {
            number += 1;
            writeln!(f, "{number} {text}")
        };
        for Step { output, given, result, clause, quote } in &self.steps {
            let given = match given.as_slice() {
                [] => String::new(),
                facts => format!("{} → ", facts.join("，")),
            };
            line(f, format!("{output} {given}{result}   {clause}「{quote}」"))?;
        }
        self.tried.iter().try_for_each(|tried| writeln!(f, "   {tried}"))?;
        for year in &self.hours {
            line(f, year.to_line(&self.unit))?;
            for Step { output, result, clause, .. } in &year.terms {
                writeln!(f, "   {output} {result}   {clause}")?;
            }
            for Step { given, result, clause, .. } in &year.learnings {
                writeln!(f, "   {} → {result}   {clause}", given.join("，"))?;
            }
        }
        for together in &self.together {
            line(f, together.to_line(&self.unit))?;
        }
        for UsedDecision { id, question, choice, on } in &self.decisions {
            line(f, format!("裁量 {id}（{on} 登记）：{question}{choice}"))?;
        }
        for question in &self.questions {
            line(f, format!("询问 {question}"))?;
        }
        for Step { output, result, clause, quote, .. } in &self.waiting {
            line(f, format!("{output} {result}   {clause}「{quote}」"))?;
        }
        if let Some(words) = self.before_telling {
            line(f, words.to_owned())?;
        }
        Ok(())
    }
}

impl YearHours {
    /// The hours of the year, in a line.
    pub fn to_line(&self, unit: &str) -> String {
        let basis = match self.rule_set.basis {
            "沿用" => format!("（沿用，规则集 {}）", self.rule_set),
            _ => String::new(),
        };
        let categories = self.categories.iter().map(|hours| {
            let CategoryHours { category, required, asked, credited, short } = hours;
            let credited = credited.as_deref().unwrap_or("无记录");
            let short = short.as_ref().map(|it| format!("，差 {it}")).unwrap_or_default();
            match asked {
                Some(asked) => format!("{category} {credited}/{asked}（应修 {required}）{short}"),
                None => format!("{category} {credited}/{required}{short}"),
            }
        });
        format!("{unit} {} 年{basis}：{}", self.year, categories.collect::<Vec<_>>().join("；"))
    }
}

impl Together {
    /// Hours that are judged together, in a line.
    pub fn to_line(&self, unit: &str) -> String {
        let Self { years, category, required, credited, short } = self;
        let years: Vec<_> = years.iter().map(ToString::to_string).collect();
        let short = short.as_ref().map(|it| format!("，差 {it}")).unwrap_or_default();
        format!("{unit} {} 年合计：{category} {credited}/{required}{short}", years.join("、"))
    }
}
