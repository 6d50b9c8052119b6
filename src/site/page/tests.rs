use std::collections::BTreeMap;

use super::*;
use crate::diagnostic::Severity;

fn render(text: &str) -> String {
    let mut problems = Diagnostics::new();
    let body = body(&Source::new("a.md", text), &mut problems);
    assert!(problems.is_empty(), "{text}: {:?}", problems.into_sorted());
    body.html
}

/// The HTML, and each problem as `place severity message`.
fn render_with_problems(source: &Source<'_>) -> (Body, Vec<String>) {
    let mut problems = Diagnostics::new();
    let body = body(source, &mut problems);
    let told = problems
        .into_sorted()
        .into_iter()
        .map(|problem| {
            let severity = match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            format!("{} {severity} {}", problem.place, problem.message)
        })
        .collect();
    (body, told)
}

fn anchor(text: &str, at: &str, id: &str, label: &str, level: u8) -> Anchor {
    let offset = text.find(at).unwrap();
    Anchor { offset, id: id.into(), label: label.into(), level: Some(level) }
}

#[test]
fn bold_stands_beside_chinese_punctuation() {
    for (text, expected) in [
        ("**注意：**请", "<strong>注意：</strong>请"),
        ("说**“三科”**教师", "说<strong>“三科”</strong>教师"),
        ("按**《办法》**执行", "按<strong>《办法》</strong>执行"),
        ("共**（30）**学时", "共<strong>（30）</strong>学时"),
        ("共**(30)**学时", "共<strong>(30)</strong>学时"),
        ("一、**公需**、**专业**。", "一、<strong>公需</strong>、<strong>专业</strong>。"),
        ("请看*（一）*条", "请看<em>（一）</em>条"),
        ("说***“三科”***教师", "说<em><strong>“三科”</strong></em>教师"),
        ("**甲、*乙*丙**", "<strong>甲、<em>乙</em>丙</strong>"),
        ("*甲、**乙**丙*", "<em>甲、<strong>乙</strong>丙</em>"),
        ("第**1.**条", "第<strong>1.</strong>条"),
        ("ᠣᠷᠳᠣᠰ**“三科”**ᠣᠷ", "ᠣᠷᠳᠣᠰ<strong>“三科”</strong>ᠣᠷ"),
        // As in plain CommonMark: no CJK on either side, blanks inside, escapes.
        ("a**(b)**c", "a**(b)**c"),
        ("** 甲 **", "** 甲 **"),
        ("甲\\*（乙）\\*丙", "甲*（乙）*丙"),
    ] {
        assert_eq!(render(text), format!("<p>{expected}</p>\n"), "{text}");
    }
}

#[test]
fn markers_never_reach_the_page() {
    for text in [
        "`甲**“乙”**丙`",
        "```\n甲**“乙”**丙\n```",
        "    甲**“乙”**丙",
        "[甲](a甲**“乙”**丙.html)",
        "[甲](a.html \"题**“乙”**丙\")",
        "<https://a.example/甲**（乙）**丙>",
        "| 甲**“乙”**丙 |\n|---|\n| 说*“乙”*丙 |",
        "# 甲**“乙”**丙",
        "[甲**“乙”**丙]\n\n[甲**“乙”**丙]: a.html",
    ] {
        let html = render(text);
        assert!(!html.contains(mark::MARKER) && !html.contains("%E2%81%9C"), "{text}\n{html}");
    }
    assert_eq!(render("`甲**“乙”**丙`"), "<p><code>甲**“乙”**丙</code></p>\n");
    let contents = render_with_problems(&Source::new("a.md", "## 说**“三科”**教师")).0.contents;
    assert_eq!(
        (contents[0].text.as_str(), contents[0].anchor.as_str()),
        ("说“三科”教师", "说-三科-教师")
    );
}

#[test]
fn a_text_with_the_marker_of_its_own_is_told_and_not_shown() {
    let mut source = Source::new("a.md", "甲\n乙\u{205C}");
    source.lines_before = 10;
    let (body, told) = render_with_problems(&source);
    assert_eq!(body, Body::default());
    assert_eq!(told, ["a.md:12:2 error 正文中有保留字符“⁜”（U+205C）"]);
    assert_eq!(render("甲&#x205C;乙"), "<p>甲⁜乙</p>\n", "a character reference is no marker");
}

#[test]
fn lines_of_chinese_are_joined_without_a_blank() {
    assert_eq!(render("甲，\n乙"), "<p>甲，乙</p>\n");
    assert_eq!(render("甲\n**乙**"), "<p>甲\n<strong>乙</strong></p>\n");
    assert_eq!(render("one\ntwo"), "<p>one\ntwo</p>\n");
    assert_eq!(render("甲\nb"), "<p>甲\nb</p>\n");
    assert_eq!(render("说**“三科”**教师\n乙"), "<p>说<strong>“三科”</strong>教师乙</p>\n");
}

#[test]
fn clauses_get_anchors_links_and_lines_of_contents() {
    let text = "#### 四、审验要求\n\n（一）**加大：**力度。再说。\n\n1. 上报计划。各基地\n2. 提交\n\n   报告\n\n二、长\n后段\n";
    let anchors = [
        anchor(text, "2. ", "q-4-2", "2.", 3),
        anchor(text, "####", "q-4", "四、", 1),
        anchor(text, "1. ", "q-4-1", "1.", 3),
        anchor(text, "（一）", "q-4(1)", "（一）", 2),
        Anchor { level: None, ..anchor(text, "后段", "q-后", "二后段", 1) },
    ];
    let source = Source { anchors: &anchors, ..Source::new("a.md", text) };
    let (body, told) = render_with_problems(&source);
    assert!(told.is_empty(), "{told:?}");
    let link = |id: &str, label: &str| {
        format!("<a class=\"pilcrow\" href=\"#{id}\" aria-label=\"本条链接 {label}\">\u{2060}¶</a>")
    };
    // A clause of depth 1 is an <h2>, however many # it has.
    let expected = [
        format!("<h2 id=\"q-4\">四、审验要求{}</h2>", link("q-4", "四、")),
        format!(
            "<p id=\"q-4(1)\" class=\"clause\"><strong>加大：</strong>力度。再说。{}</p>",
            link("q-4(1)", "（一）")
        )
        .replace("<strong>", "（一）<strong>"),
        "<li id=\"q-4-1\" class=\"clause\">".to_owned(),
        format!("<p>上报计划。各基地{}</p>", link("q-4-1", "1.")),
        "<li id=\"q-4-2\" class=\"clause\">".to_owned(),
        format!("<p>提交{}</p>\n<p>报告</p>\n</li>", link("q-4-2", "2.")),
        format!("<p id=\"q-后\" class=\"clause\">二、长后段{}</p>", link("q-后", "二后段")),
    ];
    let mut rest = body.html.as_str();
    for piece in &expected {
        let at = rest.find(piece.as_str());
        rest = &rest[at.unwrap_or_else(|| panic!("no {piece} in {rest}")) + piece.len()..];
    }
    let contents: Vec<_> = body
        .contents
        .iter()
        .map(|entry| format!("{} {}|{}|{}", entry.level, entry.label, entry.text, entry.anchor))
        .collect();
    assert_eq!(
        contents,
        ["1 四、|审验要求|q-4", "2 （一）|加大|q-4(1)", "3 1.|上报计划|q-4-1", "3 2.|提交|q-4-2"]
    );
}

#[test]
fn a_tight_item_carries_its_link_at_the_end_of_its_first_line() {
    let text = "1. 甲\n   - 乙\n2. 丙\n";
    let anchors = [anchor(text, "1. ", "a", "1.", 1), anchor(text, "2. ", "b", "2.", 1)];
    let source = Source { anchors: &anchors, ..Source::new("a.md", text) };
    let (body, told) = render_with_problems(&source);
    assert!(told.is_empty(), "{told:?}");
    assert!(body.html.contains("class=\"clause\">甲<a class=\"pilcrow\""), "{}", body.html);
    assert!(body.html.contains("¶</a></li>"), "{}", body.html);
}

#[test]
fn an_anchor_or_fold_without_a_block_is_told() {
    let text = "甲\n\n| 一 |\n|---|\n| 二 |\n\n> 乙\n";
    let anchors = [anchor(text, "二", "x", "二", 1)];
    let at = text.find("| 一").unwrap();
    let folds = [Fold { range: at..at + 5, kind: FoldKind::Rule, title: "本条规则".into() }];
    let source = Source { anchors: &anchors, folds: &folds, ..Source::new("a.md", text) };
    let (_, told) = render_with_problems(&source);
    assert_eq!(
        told,
        [
            "a.md:3:1 error “本条规则”没有落在独立的引用块上",
            "a.md:5:3 error 条款 二 没有落在标题、段落或列表项上，无法链接",
        ]
    );
}

#[test]
fn rules_are_folded_under_their_clause_and_tables_scroll() {
    let text = "一、甲\n\n> **规则 一** 定 应修学时\n> 依据：“甲”\n>\n> | 科目 | ⇒ 学时 |\n> |---|--:|\n> | 公需 | 30 |\n\n> 引文\n";
    let start = text.find('>').unwrap();
    let end = text.find("\n\n> 引文").unwrap();
    let folds = [Fold { range: start..end, kind: FoldKind::Rule, title: "本条规则<1>".into() }];
    let source = Source { folds: &folds, ..Source::new("a.md", text) };
    let (body, told) = render_with_problems(&source);
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(
        body.html,
        "<p>一、甲</p>\n<details class=\"rule\">\n<summary>本条规则&lt;1&gt;</summary>\n<div class=\"fold\">\n\
         <p><strong>规则 一</strong> 定 应修学时<br />\n依据：“甲”</p>\n\
         <div class=\"table\" role=\"group\" aria-label=\"表格\" tabindex=\"0\">\
         <table><thead><tr><th>科目</th><th>⇒ 学时</th></tr></thead><tbody>\n\
         <tr><td>公需</td><td>30</td></tr>\n</tbody></table>\n</div>\n</div>\n</details>\n\
         <blockquote>\n<p>引文</p>\n</blockquote>\n"
    );
}

#[test]
fn examples_that_follow_one_another_share_a_fold_and_words_lead_where_told() {
    let quotes = ["> 例 甲，D1", "> 例 乙\n>\n> - D1、D12", "> 规则 丙 D1", "> 例 丁"];
    let text = format!("D1\n\n{}", quotes.join("\n\n"));
    let fold = |quote: &&str| {
        let start = text.find(quote).unwrap();
        let kind = if quote.contains("规则") { FoldKind::Rule } else { FoldKind::Example };
        let title = if quote.contains("规则") { "规则" } else { "举例" };
        Fold { range: start..start + quote.len(), kind, title: title.to_owned() }
    };
    let folds: Vec<_> = quotes.iter().map(fold).collect();
    let links = BTreeMap::from([("D1".to_owned(), "../d.html#d1".to_owned())]);
    let source = Source { folds: &folds, links: &links, ..Source::new("a.md", &text) };
    let (body, told) = render_with_problems(&source);
    assert!(told.is_empty(), "{told:?}");
    let link = "<a href=\"../d.html#d1\">D1</a>";
    assert_eq!(
        body.html,
        format!(
            "<p>D1</p>\n\
             <details class=\"example\">\n<summary>举例（2 则）</summary>\n\
             <div class=\"fold\">\n<p>例 甲，{link}</p>\n</div>\n\
             <div class=\"fold\">\n<p>例 乙</p>\n<ul>\n<li>{link}、D12</li>\n</ul>\n</div>\n</details>\n\
             <details class=\"rule\">\n<summary>规则</summary>\n\
             <div class=\"fold\">\n<p>规则 丙 {link}</p>\n</div>\n</details>\n\
             <details class=\"example\">\n<summary>举例</summary>\n\
             <div class=\"fold\">\n<p>例 丁</p>\n</div>\n</details>\n"
        )
    );
}

#[test]
fn headings_without_a_clause_are_anchored_by_their_words() {
    let source =
        Source::new("a.md", "# 说**“明”**书\n\n# COSE_Sign1 & 签名\n\n## 甲\n\n### 甲\n\n## !\n");
    let (body, _) = render_with_problems(&source);
    assert_eq!(body.title.as_deref(), Some("说“明”书"), "a first # is the title");
    let anchors: Vec<_> =
        body.contents.iter().map(|entry| (entry.level, entry.anchor.as_str())).collect();
    assert_eq!(anchors, [(1, "cose-sign1-签名"), (1, "甲"), (2, "甲-2"), (1, "section")]);
    assert!(
        body.html.starts_with("<h2 id=\"cose-sign1-签名\">COSE_Sign1 &amp; 签名</h2>"),
        "{}",
        body.html
    );
}

#[test]
fn tags_are_shown_as_text_and_told() {
    let source = Source::new(
        "a.md",
        "甲<b onclick=x>乙</b>\n\n<script>\nalert(1)\n</script>\n\n<!-- 注 -->\n",
    );
    let (body, told) = render_with_problems(&source);
    assert_eq!(
        body.html,
        "<p>甲&lt;b onclick=x&gt;乙&lt;/b&gt;</p>\n<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n<p></p>\n"
    );
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].starts_with("a.md:1:2 warning 正文中的 HTML 标记“<b onclick=x>”"), "{told:?}");
    assert!(told[3].starts_with("a.md:7:1 warning 正文中的注释"), "{told:?}");

    let many = "<i>".repeat(5_000);
    let told = render_with_problems(&Source::new("a.md", &many)).1;
    assert_eq!(told.len(), 11, "ten of them, and how many more");
    assert_eq!(told[0], "a.md warning 正文中还有 4990 处 HTML 标记");
}

#[test]
fn only_safe_links_are_followed() {
    assert_eq!(render("[甲](b.md#x)"), "<p><a href=\"b.html#x\">甲</a></p>\n");
    assert_eq!(
        render("<https://a.example/?x=1&y=2>")
            .matches("href=\"https://a.example/?x=1&amp;y=2\"")
            .count(),
        1
    );
    for (text, html) in [
        ("[**甲**](javascript:alert(1))", "<p><strong>甲</strong></p>\n"),
        ("<javascript:alert>", "<p>javascript:alert</p>\n"),
        ("[甲](java&#10;script:alert)", "<p>甲</p>\n"),
        ("[甲]\n\n[甲]: data:text/html,x", "<p>甲</p>\n"),
        ("![图](https://a.example/a.png)", "<p>图</p>\n"),
    ] {
        let (body, told) = render_with_problems(&Source::new("a.md", text));
        assert_eq!(body.html, html, "{text}");
        assert_eq!(told.len(), 1, "{text}: {told:?}");
        assert!(told[0].starts_with("a.md:1:1 error"), "{told:?}");
    }
    assert_eq!(render("![图](a.png)"), "<p><img src=\"a.png\" alt=\"图\" /></p>\n");
}

#[test]
fn template_syntax_is_plain_text() {
    assert_eq!(render("{{ portal.name }} {% raw %}"), "<p>{{ portal.name }} {% raw %}</p>\n");
}

/// Each must end, without a panic and with a page bounded by its text.
#[test]
fn hostile_texts_end_soon() {
    let mega = 1 << 20;
    for (name, text) in [
        ("stars", "*".repeat(mega)),
        ("stars between letters", "字*".repeat(mega / 4)),
        ("stars beside punctuation", "字**“".repeat(mega / 8)),
        ("stars of many lengths", (0..1400).map(|n| "*".repeat(n) + "字").collect()),
        ("backslashes", "\\".repeat(mega) + "*"),
        ("quotes", ">".repeat(mega)),
        ("brackets", "[".repeat(mega)),
        ("links", "[a](".repeat(mega / 4)),
        ("refused links", "[a](x:y)".repeat(mega / 8)),
        ("images", "![".repeat(mega / 2)),
        ("lists", (0..1000).map(|n| " ".repeat(2 * n) + "- 甲\n").collect()),
        ("code", (1..1400).map(|n| "`".repeat(n) + "字").collect()),
        ("tags", "<b>".repeat(mega / 3)),
        ("comment", "<!--".repeat(mega / 4)),
        ("same headings", "## 甲\n".repeat(mega / 8)),
        (
            "wide table",
            "|甲".repeat(mega / 8) + "\n" + &"|-".repeat(mega / 8) + "\n" + &"|\n".repeat(mega / 8),
        ),
        ("long table", "|a|\n|-|\n".to_owned() + &"|b|\n".repeat(mega / 4)),
        ("references", "[a]: /b\n".to_owned() + &"[a]".repeat(mega / 4)),
        ("entities", "&amp;".repeat(mega / 5)),
        ("NUL", "\0".repeat(mega)),
    ] {
        let (body, told) = render_with_problems(&Source::new("a.md", &text));
        assert!(body.html.len() < 64 * mega, "{name}: {} bytes", body.html.len());
        assert!(told.len() <= 12, "{name}: {} problems", told.len());
    }
}

#[test]
fn too_long_and_too_deep_are_refused() {
    let (body, told) = render_with_problems(&Source::new("a.md", &"甲".repeat(MAX_BYTES / 3 + 1)));
    assert_eq!(body, Body::default());
    assert_eq!(told.len(), 1);
    let deepest = ">".repeat(MAX_DEPTH - 1) + "甲";
    assert_eq!(render(&deepest).matches("<blockquote>").count(), MAX_DEPTH - 1);
    let (body, told) = render_with_problems(&Source::new("a.md", &format!(">{deepest}")));
    assert_eq!(body, Body::default());
    assert_eq!(told.len(), 1, "{told:?}");
}
