use super::view::*;
use super::*;
use crate::diagnostic::Diagnostics;

fn portal() -> Portal {
    Portal {
        name: "青原市继续教育".into(),
        issuer: "青原市人力资源和社会保障局".into(),
        host: "jxjy.example".into(),
        home: "https://jxjy.example/".into(),
        complaint: "对公布的内容有异议，请拨打 000-0000。".into(),
        specimen: true,
        navigation: vec![Link { label: "通知".into(), href: "notices/index.html".into() }],
        footer: vec![Link { label: "关于".into(), href: "about.html".into() }],
    }
}

fn theme(overrides: &[(&str, &str)]) -> Result<Theme, Diagnostics> {
    let files: Vec<_> = overrides
        .iter()
        .map(|(name, text)| ThemeFile {
            path: format!("themes/own/{name}"),
            name: (*name).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    Theme::new(&portal(), &files)
}

fn path(text: &str) -> SitePath {
    SitePath::new(text).unwrap()
}

fn day(text: &str) -> Day {
    text.parse::<crate::time::Date>().unwrap().into()
}

fn card() -> CardPage {
    CardPage {
        holder: Name::new("阿拉坦·其其格"),
        id_tail: Some("014X".into()),
        unit: Some(Name::new("ᠣᠷᠳᠣᠰ")),
        year: 2022,
        result: "足额合格".into(),
        hours_unit: "学时".into(),
        hours: vec![CardHours {
            category: "公需".into(),
            credited: "30".into(),
            required: "30".into(),
        }],
        grounds: vec![CardGround {
            clause: "一".into(),
            notice: "关于<做好>继续教育工作的通知".into(),
            quote: "公需科目不少于 30 学时".into(),
            url: "https://jxjy.example/notices/2022/a.html#q-1".into(),
        }],
        issuer: "青原市人力资源和社会保障局".into(),
        number: "150600-2022-000017-14".into(),
        issued: day("2023-01-09"),
        supersedes: None,
        as_of: "本页为签发时状态，扫码可见最新状态。".into(),
        host: "jxjy.example".into(),
        text: "https://jxjy.example/v/?a=1&b=\"2\"#1001234567890".into(),
        symbol: Symbol { width: 57, path: "M0 0h7v1h-7z".into(), dots: 7 },
        specimen: true,
    }
}

fn notice() -> NoticePage {
    NoticePage {
        title: "关于做好<2022>年继续教育工作的通知".into(),
        issuer: "青原市人力资源和社会保障局".into(),
        number: Some("青人社发〔2022〕1号".into()),
        written: Some(day("2022-01-17")),
        published: None,
        in_force_from: Some(day("2022-02-01")),
        in_force_until: Some(day("2023-01-01")),
        status: Status { word: "现行有效".into(), force: Force::Current },
        applies_to: vec![2022],
        carried_over: vec![2020, 2021],
        relations: vec![Relation {
            kind: "附件".into(),
            link: Link { label: "区的通知".into(), href: "notices/2022/b.html".into() },
        }],
        cut_off: Some("开头部分缺失。".into()),
        contents: vec![ContentsEntry {
            level: 1,
            label: "一、".into(),
            text: "培训内容".into(),
            anchor: "q-1".into(),
        }],
        body: "<p id=\"q-1\">{{ portal.name }}</p>".into(),
        check: None,
        previous: None,
        next: Some(Link { label: "下一份通知".into(), href: "notices/2023/c.html".into() }),
    }
}

#[test]
fn every_page_of_the_default_theme_renders() {
    let theme = theme(&[]).unwrap();
    let link = NoticeLink {
        title: "通知一".into(),
        href: "notices/2022/a.html".into(),
        issuer: "局".into(),
        number: None,
        date: None,
        status: Status { word: "已失效".into(), force: Force::Ended },
    };
    let home = Home {
        introduction: "简介".into(),
        tasks: vec![Task {
            label: "核验".into(),
            description: "扫码".into(),
            href: "v/index.html".into(),
        }],
        latest: vec![link.clone()],
        years: vec![Link { label: "2022".into(), href: "notices/2022/index.html".into() }],
    };
    let html = theme.render(&path("index.html"), Page::Home(&home)).unwrap();
    assert!(html.contains("href=\"notices/2022/a.html\">通知一</a>"), "{html}");
    assert!(html.contains("href=\"style.css\""), "{html}");

    let years =
        YearIndex { title: "通知".into(), years: vec![Year { year: 2022, notices: vec![link] }] };
    let html = theme.render(&path("notices/index.html"), Page::Years(&years)).unwrap();
    assert!(html.contains("href=\"../notices/2022/a.html\">通知一</a>"), "{html}");
    assert!(html.contains("notices/index.html\" aria-current=\"page\""), "{html}");

    let document = DocumentPage {
        title: "Card v1".into(),
        lang: "en".into(),
        contents: notice().contents,
        body: "<p>b</p>".into(),
    };
    let html = theme.render(&path("spec/card.html"), Page::Document(&document)).unwrap();
    assert!(html.contains("<article class=\"with-contents\" lang=\"en\">"), "{html}");
    assert!(html.contains(">Contents</h2>"), "{html}");

    let html = theme.render(&path("404.html"), Page::NotFound).unwrap();
    assert!(html.contains("href=\"https://jxjy.example/\""), "{html}");
}

#[test]
fn a_notice_is_escaped_and_its_body_stands_as_it_is() {
    let html =
        theme(&[]).unwrap().render(&path("notices/2022/a.html"), Page::Notice(&notice())).unwrap();
    for piece in [
        "<h1>关于做好&lt;2022&gt;年继续教育工作的通知</h1>",
        "<p id=\"q-1\">{{ portal.name }}</p>",
        "<dd>2020、2021</dd>",
        "href=\"../../notices/2022/b.html\">区的通知</a>",
        "<a href=\"#q-1\"><span class=\"label\">一、</span><span>培训内容</span></a>",
        "原文残缺</strong>开头部分缺失。",
        "<strong>样张</strong>",
        "default-src 'none'; style-src 'self'",
    ] {
        assert!(html.contains(piece), "no {piece} in {html}");
    }
    assert!(!html.contains("发布日期"), "an unknown date has no row: {html}");
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn a_card_asks_for_nothing_from_outside() {
    let card = card();
    let html = theme(&[]).unwrap().render_card(&card).unwrap().page;
    let mut rest = html.clone();
    for known in [
        "https://jxjy.example/v/?a=1&amp;b=&quot;2&quot;#1001234567890",
        card.grounds[0].url.as_str(),
    ] {
        assert_eq!(rest.matches(known).count(), 1, "{known}");
        rest = rest.replace(known, "");
    }
    for outside in
        ["http:", "https:", "src=", "url(", "@import", "<script", "<link rel=\"stylesheet\"", "//"]
    {
        assert!(!rest.contains(outside), "{outside} in {rest}");
    }
}

#[test]
fn a_card_says_what_it_must_and_gives_its_text_back() {
    let mut card = card();
    let html = theme(&[]).unwrap().render_card(&card).unwrap().page;
    for piece in [
        "<bdi>阿拉坦·其其格</bdi>",
        "<b>014X</b>",
        "本卡不是身份证件，请核对身份证",
        "<bdi lang=\"mn-Mong\">ᠣᠷᠳᠣᠰ</bdi>",
        "足额合格",
        "《关于&lt;做好&gt;继续教育工作的通知》",
        "<q>公需科目不少于 30 学时</q>",
        "150600-2022-000017-14",
        "2023年1月9日",
        "扫码可见最新状态",
        "防伪校验",
        "<b>jxjy.<wbr>example</b>",
        "viewBox=\"-4 -4 65 65\"",
        "样张，不作证明",
    ] {
        assert!(html.contains(piece), "no {piece} in {html}");
    }
    assert!(!html.contains("电子签章"));
    let read = card_file::read(&card_file::html(html)).unwrap();
    assert_eq!(read.texts, [card.text.clone()]);
    assert_eq!(read.condition, card_file::Condition::Intact);

    card.specimen = false;
    card.id_tail = None;
    card.unit = None;
    let html = theme(&[]).unwrap().render_card(&card).unwrap().page;
    for absent in ["样张", "末四位", "发放单位"] {
        assert!(!html.contains(absent), "{absent} in {html}");
    }
}

fn trace() -> Trace {
    let reason = |words: &str, clause: &str, quote: &str| Reason {
        words: words.into(),
        clause: clause.into(),
        quote: quote.into(),
    };
    Trace {
        judged: "规则集 15·2022（适用）".into(),
        grounds: "区/一".into(),
        steps: vec![reason("要求程度：全部", "区/二", "重要条件")],
        tried: vec!["未用 窗口 区/二(一)：用途 年度审验 → 不在适用之列".into()],
        years: vec![TracedYear {
            words: "学时 2022 年：专业 59/60，差 1".into(),
            steps: vec![reason("t1 → 专业 59 学时", "区/一(二)", "")],
        }],
        decisions: vec!["D9".into()],
    }
}

fn determination() -> DeterminationRow {
    DeterminationRow {
        holder: Name::new("张<三>"),
        id_tail: None,
        unit: None,
        purpose: "年度审验".into(),
        year: 2022,
        outcome: Outcome::Failed,
        hours: vec![DeterminationHours {
            category: "专业".into(),
            credited: "59".into(),
            required: "60".into(),
            shortfall: Some("1".into()),
        }],
        reasons: vec![Reason {
            words: "专业科目差 1 学时".into(),
            clause: "一".into(),
            quote: "不少于".into(),
        }],
        missing: vec!["核定状态".into(), "核定机关".into()],
        before_telling: Some("确认人 ______".into()),
        passed_as: String::new(),
        decisions: vec!["D9".into()],
        trace: None,
        card: None,
    }
}

#[test]
fn determinations_are_one_table_in_three_parts() {
    let theme = theme(&[]).unwrap();
    let head = DeterminationsHead {
        title: "2022 年度认定结果".into(),
        issuer: "局".into(),
        as_of: "按 2022 年规则。".into(),
        hours_unit: "学时".into(),
        specimen: true,
    };
    let row = determination();
    let mut page = theme.render_determinations_head(&head).unwrap();
    page += &theme.render_determination(&row).unwrap();
    page += &theme
        .render_determination(&DeterminationRow {
            outcome: Outcome::Unclear,
            before_telling: None,
            trace: Some(trace()),
            ..row
        })
        .unwrap();
    let decision = DecisionEntry {
        id: "D9".into(),
        question: "按哪一项？".into(),
        choice: "按最有利的。".into(),
        recorded: "2022-02-10，局".into(),
    };
    let foot = DeterminationsFoot {
        learners: 2,
        failed: 1,
        unclear: 1,
        decisions: vec![decision],
        ..Default::default()
    };
    page += &theme.render_determinations_foot(&foot).unwrap();
    for (piece, count) in [
        ("<table>", 1),
        ("</table>", 1),
        ("<th scope=\"row\"", 2),
        ("张&lt;三&gt;", 2),
        ("<span class=\"failed\">不通过</span>", 1),
        ("<span class=\"unclear\">待核定</span>", 1),
        ("专业 59 / 60 <b>差 1</b>", 2),
        ("请补充：核定状态；核定机关", 2),
        ("class=\"confirm\">确认人 ______<", 1),
        ("<details><summary>怎样得出</summary>", 1),
        ("<p>规则集 15·2022（适用）</p><p>依据 区/一</p>", 1),
        ("<li>要求程度：全部 <small>区/二“重要条件”</small></li>", 1),
        ("<p>学时 2022 年：专业 59/60，差 1</p>", 1),
        ("<li>t1 → 专业 59 学时 <small>区/一(二)</small></li>", 1),
        ("<li>未用 窗口 区/二(一)：用途 年度审验 → 不在适用之列</li>", 1),
        // A plain row names its decisions too, and all are told once, below.
        ("<a href=\"#D9\">D9</a>", 2),
        ("<div id=\"D9\"><dt>D9 按哪一项？</dt><dd>按最有利的。", 1),
        ("http:", 0),
    ] {
        assert_eq!(page.matches(piece).count(), count, "{piece} in {page}");
    }
}

#[test]
fn a_theme_is_overridden_file_by_file() {
    let theme = theme(&[
        ("notice.html", "{% include \"own/banner.html\" %}<b>{{ page.title }}</b>{{ root }}"),
        ("own/banner.html", "<i>{{ portal.name }}</i>"),
        ("style.css", "own"),
        ("seal.svg", "<svg/>"),
    ])
    .unwrap();
    let html = theme.render(&path("notices/2022/a.html"), Page::Notice(&notice())).unwrap();
    assert_eq!(html, "<i>青原市继续教育</i><b>关于做好&lt;2022&gt;年继续教育工作的通知</b>../../");
    assert!(
        theme.render_card(&card()).unwrap().page.contains("审验卡"),
        "others stay the default's"
    );
    let sink = MemorySink::new();
    theme.write_assets(&sink).unwrap();
    let files = sink.into_files();
    assert_eq!(files[&path("style.css")], b"own");
    assert_eq!(files[&path("seal.svg")], b"<svg/>");
    let templates: Vec<_> = files.keys().filter(|it| it.as_str().ends_with(".html")).collect();
    assert!(templates.is_empty(), "templates are not published: {templates:?}");
}

#[test]
fn all_faulty_templates_are_told_with_file_and_line() {
    let problems = theme(&[
        ("notice.html", "一\n{% if %}"),
        ("home.html", "{% extends \"nowhere.html\" %}"),
        ("card.html", "a\nb\n{{ x | no_such_filter }}"),
        ("../up.css", ""),
    ])
    .unwrap_err();
    let told: Vec<_> =
        problems.into_sorted().into_iter().map(|problem| problem.place.to_string()).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(told[0], "themes/own/../up.css");
    assert!(told[1].starts_with("themes/own/card.html:3:"), "{told:?}");
    assert_eq!(told[2], "themes/own/home.html");
    assert!(told[3].starts_with("themes/own/notice.html:2:"), "{told:?}");
}

#[test]
fn a_template_that_fails_at_work_names_its_file_and_line() {
    let theme = theme(&[("card.html", "一\n二\n{{ card.nobody }}")]).unwrap();
    let problem = theme.render_card(&card()).unwrap_err();
    assert!(problem.place.to_string().starts_with("themes/own/card.html:3:"), "{problem:?}");
}

#[test]
fn a_template_that_is_not_text_is_told() {
    let file =
        ThemeFile { path: "themes/own/a.html".into(), name: "a.html".into(), bytes: vec![0xFF] };
    let problems = Theme::new(&portal(), &[file]).unwrap_err().into_sorted();
    assert_eq!(problems[0].place.to_string(), "themes/own/a.html");
    assert_eq!(problems[0].message, "模板不是 UTF-8 文本");
}

#[test]
fn a_day_reads_without_leading_zeros() {
    let day = Day::from("2022-01-07".parse::<crate::time::Date>().unwrap());
    assert_eq!((day.iso.as_str(), day.text.as_str()), ("2022-01-07", "2022年1月7日"));
}

#[test]
fn only_traditional_mongolian_letters_make_a_name_mongolian() {
    assert_eq!(Name::new("ᠣᠷᠳᠣᠰ").lang, Some("mn-Mong"));
    assert_eq!(Name::new("阿拉坦·其其格").lang, None);
    assert_eq!(Name::new("Ордос").lang, None);
}
