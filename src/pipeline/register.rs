//! What a decision of the register fixes for the program, in words: so that they can
//! be held against what the office chose.

use crate::assessment::policy::decision::{
    Birthday, ConcurrentPosts, Conflict, Decision, FailedResult, FirstOwed,
    LearningAfterApplication, OpenList, Parameters, PartOf, UnstatedAudit, Weekend, WindowTest,
};

/// What a decision fixes, a sentence without its full stop for each.
pub fn fixed(decision: &Decision, unit: &str) -> Vec<String> {
    let Parameters {
        hours_per_day,
        birthday,
        window_test,
        part_of,
        conflict,
        failed_result,
        first_owed,
        weekend,
        unstated_audit,
        open_list,
        concurrent_posts,
        learning_after_application,
    } = &decision.parameters;
    let settled = decision.settles.as_deref().unwrap_or("规则");
    let words = [
        hours_per_day.map(|hours| format!("证书只载天数的，每天折合 {hours} {unit}")),
        birthday.map(|it| match it {
            Birthday::OnTheDay => "满周岁从生日当天算起".to_owned(),
            Birthday::DayAfter => "满周岁从生日的次日算起".to_owned(),
        }),
        window_test.map(|it| match it {
            WindowTest::EachYear => "要求几个年度的，逐年达标".to_owned(),
            WindowTest::Sum => "要求几个年度的，合计达标".to_owned(),
        }),
        part_of.map(|it| match it {
            PartOf::EachCategory => "几分之几，按每个年度每个科目计算，进到整数".to_owned(),
            PartOf::Total => "几分之几，按当年各科目合计计算，进到整数".to_owned(),
        }),
        conflict.map(|it| match it {
            Conflict::MostFavourable => format!("“{settled}”的结果不一致的，取对本人最有利的"),
            Conflict::FirstListed => format!("“{settled}”的结果不一致的，取通知中写在最前的"),
        }),
        failed_result.map(|it| match it {
            FailedResult::OfficerConfirms => {
                "每一项不通过列出“确认人”，确认以后才告知本人".to_owned()
            }
            FailedResult::ToldDirectly => "不通过的直接告知本人，不列“确认人”".to_owned(),
        }),
        first_owed.map(|it| match it {
            FirstOwed::YearAfter => "从次年起要求".to_owned(),
            FirstOwed::SameYear => "从当年起要求".to_owned(),
        }),
        weekend.map(|it| match it {
            Weekend::NoShift => "最后一天是星期六、星期日的，不顺延".to_owned(),
        }),
        unstated_audit.map(|it| match it {
            UnstatedAudit::Passed => "学习档案没有写明线上审核结果的，按通过办理".to_owned(),
            UnstatedAudit::Awaited => {
                "学习档案没有写明线上审核结果的，审验卡等写明以后签发".to_owned()
            }
        }),
        open_list.map(|it| match it {
            OpenList::Closed => "原文以“等”结尾的，只包括规则或者名册所列的".to_owned(),
        }),
        concurrent_posts.map(by_post),
        learning_after_application.map(|it| match it {
            LearningAfterApplication::Counts => "申报日以后完成的学习，照常计入".to_owned(),
            LearningAfterApplication::Not => "申报日以后完成的学习，对这项申报不计入".to_owned(),
        }),
        decision.acknowledges.as_ref().map(|output| {
            format!("检查时，在引用它的规则的适用范围内，不再提醒“{output}”中没有规则给出结果的情形或者学习期间的重叠和间断")
        }),
    ];
    words.into_iter().flatten().collect()
}

/// By which of several posts to go.
fn by_post(choice: ConcurrentPosts) -> String {
    match choice {
        ConcurrentPosts::Main => {
            "同时任几项职务而说法不一的，按学习档案写明的主要任职；没有写明的，待核定".to_owned()
        }
        ConcurrentPosts::MostFavourable => {
            "同时任几项职务而说法不一的，按要求学时最少的一项".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::assessment::policy::decision;
    use crate::diagnostic::Diagnostics;

    /// Each parameter, and what the page says of it.
    #[test]
    fn what_is_fixed_is_told_in_words() {
        for (parameters, words) in [
            ("hours-per-day = 6", "每天折合 6 学分"),
            ("concurrent-posts = \"main\"", "按学习档案写明的主要任职"),
            ("concurrent-posts = \"most-favourable\"", "按要求学时最少的一项"),
            ("learning-after-application = \"counts\"", "照常计入"),
            ("learning-after-application = \"not\"", "对这项申报不计入"),
            ("birthday = \"on-the-day\"", "满周岁从生日当天算起"),
            ("birthday = \"day-after\"", "满周岁从生日的次日算起"),
            ("window-test = \"each-year\"", "逐年达标"),
            ("window-test = \"sum\"", "合计达标"),
            ("part-of = \"each-category\"", "每个年度每个科目"),
            ("part-of = \"total\"", "各科目合计"),
            ("conflict = \"most-favourable\"", "“要求程度”的结果不一致的，取对本人最有利的"),
            ("conflict = \"first-listed\"", "写在最前的"),
            ("failed-result = \"officer-confirms\"", "确认以后才告知本人"),
            ("failed-result = \"told-directly\"", "直接告知本人"),
            ("first-owed = \"year-after\"", "从次年起"),
            ("first-owed = \"same-year\"", "从当年起"),
            ("weekend = \"no-shift\"", "不顺延"),
            ("unstated-audit = \"passed\"", "按通过办理"),
            ("unstated-audit = \"awaited\"", "等写明以后签发"),
            ("open-list = \"closed\"", "只包括规则或者名册所列的"),
        ] {
            let text = format!(
                "[[decision]]\nid = \"D1\"\nquestion = \"问\"\nchoice = \"选\"\non = 2022-02-10\n\
                 by = \"局\"\nsettles = \"要求程度\"\nparameters = {{ {parameters} }}\n"
            );
            let mut problems = Diagnostics::new();
            let decisions = decision::parse("content/decisions.toml", &text, &mut problems);
            let fixed = super::fixed(&decisions["D1"], "学分");
            assert_eq!(fixed.len(), 1, "{parameters}: {fixed:?}");
            assert!(fixed[0].contains(words), "{parameters}: {fixed:?}");
        }
    }
}
