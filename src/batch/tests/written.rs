//! Reports are read as they were meant.

use super::*;

/// A report that a spreadsheet takes for what it is.
#[test]
fn the_csv_report_has_a_cell_a_column_whatever_is_in_it() {
    let name = "=a,\"b\"\n.txt";
    let card = Card { name: HolderName::new("@样,\"三\"").unwrap(), ..card() };
    let content = Content::Text(text_by("150600", &card));
    let row = Row::of(input(name, content), &trust(SpecimenPolicy::Accept), midnight("2022-12-01"));
    let mut record = String::new();
    csv::write(&row, &mut record);
    let record = record.strip_suffix("\r\n").unwrap();
    let cells: Vec<String> = csv::fields(record.as_bytes(), b',')
        .map(|cell| String::from_utf8(cell.into_owned()).unwrap())
        .collect();
    assert_eq!(cells.len(), csv::COLUMNS.len());
    let at = |column: &str| &cells[csv::COLUMNS.iter().position(|it| *it == column).unwrap()];
    assert_eq!(at("input"), "'=a,\"b\"\n.txt");
    assert_eq!(at("name"), "'@样,\"三\"");
    assert_eq!(at("code"), "VALID");
    assert_eq!(at("good"), "1");
    assert_eq!(at("number"), "150600-2022-000017-14");
    assert_eq!(at("hours"), "1:30/30 2:60.5/60");
    assert_eq!(at("host"), "cards.example");
    assert_eq!(csv::head().trim_end(), format!("\u{FEFF}{}", csv::COLUMNS.join(",")));
}

#[test]
fn fields_of_a_record_are_what_was_meant() {
    let check = |record: &str, delimiter: u8, expected: &[&str]| {
        let found: Vec<String> = csv::fields(record.as_bytes(), delimiter)
            .map(|cell| String::from_utf8(cell.into_owned()).unwrap())
            .collect();
        assert_eq!(found, expected, "{record}");
    };
    check("", b',', &[""]);
    check("a,b", b',', &["a", "b"]);
    check("a,,", b',', &["a", "", ""]);
    check("\"a,b\",c", b',', &["a,b", "c"]);
    check("\"a\"\"b\",\"\"", b',', &["a\"b", ""]);
    check("a\"b,c", b',', &["a\"b", "c"]);
    check("\"a\nb\",c", b',', &["a\nb", "c"]);
    check("\"a;b\";c", b';', &["a;b", "c"]);
    assert_eq!(csv::delimiter(b"a,b;c,d"), Some(b','));
    assert_eq!(csv::delimiter(b"\"a,b\";c"), Some(b';'));
    assert_eq!(csv::delimiter(b"a\tb"), Some(b'\t'));
    assert_eq!(csv::delimiter(b"abc"), None);
    use csv::Ended::{Badly, No, Yes};
    let cases = [
        ("a,b", Yes),
        ("\"a\"\"\",\"b\"\r\n", Yes),
        ("\"a,b", No),
        ("\"a\"b,c", Badly),
        ("\"a\" ,c", Badly),
        ("a\",b", Badly),
        ("\"a\"\rb", Badly),
    ];
    for (line, ended) in cases {
        assert_eq!(csv::Extent::new(b',').after(line.as_bytes()), ended, "{line:?}");
    }
}

#[test]
fn the_page_shows_markup_and_needs_nothing_else() {
    let name = "<script>alert('&\u{202E}')</script>.txt";
    let (trust, now) = (trust(SpecimenPolicy::Refuse), midnight("2022-12-01"));
    let row = Row::of(input(name, Content::Text("\"<b>".to_owned())), &trust, now);
    let mut summary = Summary::default();
    summary.count(&row);
    let (inputs, lists) = ([name.to_owned()], ["<i>".to_owned()]);
    let about = html::About { now, basis: html::Basis::AsOf, inputs: &inputs, lists: &lists };
    let mut page = html::head(&about, &summary);
    html::row(&row, &mut page);
    page.push_str(&html::between(&summary));
    page.push_str(&html::foot(&summary));
    let escaped = "&lt;script&gt;alert(&#39;&amp;\u{FFFD}&#39;)&lt;/script&gt;.txt";
    assert_eq!(page.matches(escaped).count(), 2, "{page}");
    assert!(page.contains("<dd>&lt;i&gt;</dd>"));
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("://"));
    assert!(page.contains("default-src 'none'"));
    for tag in ["table", "thead", "tbody", "tr", "dl", "style", "body", "html"] {
        let opened =
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn the_page_takes_back_what_later_rows_have_spoilt() {
    let text = |card: &Card| text_by("150600", card);
    let renamed = Card { name: HolderName::new("样二").unwrap(), ..card() };
    let texts = [
        text(&card()),                 // 1: spoilt by 6
        text(&card()),                 // 2: 1 once more
        text(&by_index(20, None)),     // 3: replaced by 4
        text(&by_index(21, Some(20))), // 4: replaced by 5
        text(&by_index(22, Some(21))), // 5
        text(&renamed),                // 6: not good at once
    ];
    let (trust, now) = (trust(SpecimenPolicy::Accept), midnight("2022-12-01"));
    let list = std::sync::Arc::from("l<");
    let input = |(at, text): (u64, &String)| {
        Supply::Source(Input::new(Place::line(&list, at), Content::Text(text.clone())))
    };
    let (mut lines, mut spoilt) = (Vec::new(), html::Spoilt::default());
    let mut rows = Each(|row: &Row| {
        let mut line = String::new();
        html::row(row, &mut line);
        lines.push(line);
        spoilt.enter(row);
        Ok::<_, Infallible>(())
    });
    let summary = run(&trust, now, (1..).zip(&texts).map(input), |it| vec![it], &mut rows).unwrap();
    let amended: Vec<bool> = lines.iter().map(|line| spoilt.amended(line).is_some()).collect();
    assert_eq!(amended, [true, true, true, true, false, false]);
    assert_eq!((summary.good, summary.clean, summary.good_specimens), (1, 0, 1));
    let first = spoilt.amended(&lines[0]).unwrap();
    assert!(first.starts_with("<tr class=\"red\"><th scope=\"row\">✗ 不计为有效</th><td>150600-"));
    assert!(first.ends_with(
        "<td>l&lt;:1</td><td>卡号相同而内容不同的卡还有一张，两张都不可信：l&lt;:6</td></tr>\n"
    ));
    assert_eq!(first.matches("<td>").count(), lines[0].matches("<td>").count());
    assert!(spoilt.amended(&lines[3]).unwrap().ends_with("以新卡为准：l&lt;:5</td></tr>\n"));
    let page = html::head(
        &html::About { now, basis: html::Basis::AsOf, inputs: &[], lists: &[] },
        &summary,
    );
    assert!(page.contains("<th>有效</th><th>不计为有效</th><th>合计</th>"), "{page}");
    assert!(page.contains("<td></td><td>1</td><td>5</td><td>6</td>"), "{page}");
}
