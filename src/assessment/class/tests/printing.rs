//! Cards that wait for the report on a class, and classes that are not here.

use super::*;
use crate::assessment::printing;

/// D28: a card that rests on a class waits for the report to pass; one that does
/// not, and one that rests on a class which is not here, do not wait. No hours are
/// lost by it.
#[test]
fn a_card_waits_for_the_report_on_the_class_that_it_rests_on() {
    let policies = site();
    let policy = &policies[&2022];
    let training = |id: &str, kind: &str, hours: u32, class: &str| {
        format!(
            r#"{{"id":"{id}","category":"{kind}","class_id":"{class}","completed_on":"2022-05-20",
             "hours":"{hours}","approval":{{"status":"已核定","by":"150600","on":"2022-07-04"}}}}"#
        )
    };
    let record = |trainings: &[String]| {
        let text = format!(
            r#"{{"schema":"learner/1","person_id":"p-1","name":[{{"value":"样一"}}],"trainings":[{}]}}"#,
            trainings.join(",")
        );
        let mut problems = Diagnostics::new();
        crate::assessment::record::parse("p.json", 1, &text, &vocabulary(), &mut problems)
            .unwrap_or_else(|| panic!("{problems:?}"))
    };
    let classes = |edit: &[(&str, &str)]| {
        let text = edit.iter().fold(sound(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let mut classes = Classes::default();
        classes.add(read(&text).0.unwrap(), &mut Diagnostics::new());
        classes
    };
    let public = training("t0", "公需网络培训", 30, "某班");
    let only = record(&[public.clone(), training("t1", "基地培训", 60, "样班-1")]);
    let part = record(&[
        public.clone(),
        training("t1", "基地培训", 59, "样班-1"),
        training("t2", "行业培训", 1, "某班"),
    ]);
    let beside = record(&[
        public.clone(),
        training("t1", "基地培训", 60, "样班-1"),
        training("t2", "行业培训", 60, "某班"),
    ]);
    let short = record(&[public, training("t1", "基地培训", 59, "样班-1")]);
    let audit = ",\n  \"audit\":{\"status\":\"通过\",\"on\":\"2022-06-10\"}";
    let passed = classes(&[]);
    let failed = classes(&[("通过", "未过")]);
    let unaudited = classes(&[(audit, "")]);
    // Late, but passed: D22.
    let late = classes(&[("2022-06-03", "2022-06-09")]);
    let elsewhere = classes(&[("样班-1", "样班-2"), ("通过", "未过")]);
    for (record, classes, waits) in [
        (&only, &passed, false),
        (&only, &failed, true),
        (&only, &unaudited, true),
        (&only, &late, false),
        (&only, &elsewhere, false),
        (&part, &failed, true),
        (&beside, &failed, false),
        (&short, &failed, false),
    ] {
        let result = crate::assessment::assess(policy, record);
        let waiting = printing::waiting(policy, record, &result, classes);
        assert_eq!(waiting.len(), usize::from(waits), "{classes:?}");
        if let [waiting] = waiting.as_slice() {
            let class = ClassId::new("样班-1").unwrap();
            assert_eq!(waiting.wait, printing::Wait::Reports(vec![class]));
            let names = crate::assessment::policy::names(policy, &waiting.rules);
            assert_eq!(names, "区/四(二)3");
        }
    }
}

#[test]
fn a_class_that_is_not_here_is_told_where_it_is_named() {
    let text = r#"{"schema":"learner/1","person_id":"p-1","name":[{"value":"样一"}],"trainings":[
 {"id":"t1","category":"基地培训","class_id":"某班","completed_on":"2022-05-20","hours":"60"}]}"#;
    let mut problems = Diagnostics::new();
    let record =
        crate::assessment::record::parse("p.json", 1, text, &vocabulary(), &mut problems).unwrap();
    Classes::default().check_attended(&record, &mut problems);
    assert!(problems.is_empty(), "without classes, none can be checked");
    let mut classes = Classes::default();
    classes.add(read(&sound()).0.unwrap(), &mut problems);
    classes.check_attended(&record, &mut problems);
    let told = problems.into_sorted();
    assert_eq!(told[0].place.to_string(), "p.json:2:42");
    assert_eq!(told[0].message, "没有班次 某班 的培训班材料");
    let there = sound().replace("样班-1", "某班").replace("b2", "p-1");
    classes.add(read(&there).0.unwrap(), &mut Diagnostics::new());
    let mut problems = Diagnostics::new();
    classes.check_attended(&record, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
}

/// A roster of names, of places, and of both; 样班-1 and 某班.
#[test]
fn who_is_not_on_the_roster_is_told() {
    let record = |person: &str| {
        let text = format!(
            r#"{{"schema":"learner/1","person_id":"{person}","name":[{{"value":"样一"}}],"trainings":[
 {{"id":"t1","category":"基地培训","class_id":"样班-1","completed_on":"2022-05-20","hours":"60"}}]}}"#
        );
        crate::assessment::record::parse("p.json", 1, &text, &vocabulary(), &mut Diagnostics::new())
            .unwrap()
    };
    let told = |roster: &str, person: &str| {
        let text = sound().replace(r#"["a1","b2","c3"]"#, roster);
        let mut classes = Classes::default();
        classes.add(read(&text).0.unwrap(), &mut Diagnostics::new());
        let mut problems = Diagnostics::new();
        classes.check_attended(&record(person), &mut problems);
        assert!(!problems.has_errors(), "the hours stand");
        let place = |it: crate::diagnostic::Diagnostic| format!("{}: {}", it.place, it.message);
        problems.into_sorted().into_iter().map(place).collect::<Vec<_>>()
    };
    let lacks = ["p.json:2:42: 班次 样班-1 的花名册上没有 c4"];
    assert_eq!(told(r#"["a1","b2","c3"]"#, "c4"), lacks);
    assert_eq!(told(r#"["c3","b2","a1"]"#, "b2"), [""; 0]);
    assert_eq!(told(r#"["a1","7","c3"]"#, "c4"), lacks, "7 is no place on a roster of three");
    assert_eq!(told(r#"["a1","2","c3"]"#, "c4"), [""; 0], "2 may be anybody");
    assert_eq!(told("[]", "c4"), lacks);
}

#[test]
fn more_people_than_a_roster_has_are_told() {
    let told = |roster: &str, count: usize| {
        let text = sound().replace(r#"["a1","b2","c3"]"#, roster);
        let mut classes = Classes::default();
        classes.add(read(&text).0.unwrap(), &mut Diagnostics::new());
        let attended = |id: &str| (ClassId::new(id).unwrap(), count);
        let mut problems = Diagnostics::new();
        classes
            .check_counts(&BTreeMap::from([attended("样班-1"), attended("某班")]), &mut problems);
        problems.into_sorted().into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    assert_eq!(told(r#"["1","2","3"]"#, 3), [""; 0]);
    assert_eq!(told(r#"["1","2","3"]"#, 4), ["4 份学习档案写了班次 样班-1，而花名册上只有 3 人"]);
    assert_eq!(told(r#"["a1","b2","c3"]"#, 4), [""; 0], "each of them has been told");
}
