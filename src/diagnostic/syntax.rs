//! What the readers of JSON and TOML say, in the office's language.
//!
//! Both speak English and quote what they find, which may be somebody's name; the
//! sentences here quote keys and nothing else.

/// What is wrong with a piece of JSON, and what to do about it.
pub fn json(error: &serde_json::Error) -> (String, String) {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    if let Some(words) = content(text) {
        return words;
    }
    if error.is_data() {
        return ("取值不对".to_owned(), CONTENT_HINT.to_owned());
    }
    let hint = "检查这一处前后的逗号、引号和括号：都用英文标点，有头有尾";
    (format!("JSON 有误：{}", known(JSON, text)), hint.to_owned())
}

/// What is wrong with a TOML file, and what to do about it.
pub fn toml(error: &toml::de::Error) -> (String, String) {
    let text = error.message().lines().next().unwrap_or_default();
    if let Some(words) = content(text) {
        return words;
    }
    let is_date = |word| text.starts_with("invalid ") && text.contains(word);
    let hint = match text {
        key if key.starts_with("invalid unquoted key") => {
            "键名里有中文的，整个键名放在英文引号里，如 \"标题\" = \"…\""
        }
        _ if ["date", "time", "month", "day"].into_iter().any(is_date) => {
            "写成日历上有的日期，如 2022-02-28，不加引号"
        }
        _ => "一行写一项：键 = 值；文字放在英文引号里，日期写成 2022-02-28，行末不加标点",
    };
    (format!("TOML 有误：{}", known(TOML, text)), hint.to_owned())
}

const CONTENT_HINT: &str = "按格式说明改正这一处";

/// What serde says of well-formed text that is not what was asked for.
fn content(text: &str) -> Option<(String, String)> {
    let mut quoted = text.split('`').skip(1).step_by(2);
    let name = quoted.next().unwrap_or_default();
    let known: Vec<_> = quoted.collect();
    let known = known.join("、");
    let words = if text.starts_with("unknown field") {
        (format!("不认识的字段“{name}”"), format!("改正拼写或删去；此处可用：{known}"))
    } else if text.starts_with("missing field") {
        (format!("缺少字段“{name}”"), format!("补上“{name}”"))
    } else if text.starts_with("duplicate field") {
        (format!("字段“{name}”写了两次"), "只保留一处".to_owned())
    } else if text.starts_with("unknown variant") {
        (format!("没有取值“{name}”"), format!("可写：{known}"))
    } else if text.starts_with("invalid type") || text.starts_with("invalid value") {
        (kinds(text), CONTENT_HINT.to_owned())
    } else if text.starts_with("应当是") {
        (format!("取值不对：{text}"), "改成许可的取值".to_owned())
    } else if text.starts_with("invalid length") {
        ("项数不对".to_owned(), CONTENT_HINT.to_owned())
    } else {
        return None;
    };
    Some(words)
}

/// `invalid type: integer `30`, expected a string`, without the value.
fn kinds(text: &str) -> String {
    const KINDS: [(&[&str], &str); 7] = [
        (&["integer", "floating point", "float"], "数"),
        (&["string", "str"], "带引号的文字"),
        (&["boolean", "bool"], "true 或 false"),
        (&["sequence", "array"], "数组 […]"),
        (&["datetime", "date"], "日期"),
        (&["map", "struct", "table"], "对象 {…}"),
        (&["null", "unit"], "null"),
    ];
    let parts = text.split_once(": ").and_then(|(_, rest)| rest.rsplit_once(", expected "));
    let Some((found, wanted)) = parts else { return "取值不对".to_owned() };
    let kind = |is: &dyn Fn(&str) -> bool| {
        let kind = KINDS.iter().find(|(names, _)| names.iter().any(|name| is(name)));
        kind.map(|(_, words)| *words)
    };
    let found = kind(&|name| found.starts_with(name)).unwrap_or("别的内容");
    let wanted = match (range(wanted), found) {
        (Some(range), "数") => range,
        (Some(_), _) => "整数".to_owned(),
        (None, _) => {
            let of = |name: &str| wanted.split(' ').any(|word| word == name);
            kind(&of).unwrap_or("别的类型").to_owned()
        }
    };
    format!("取值的类型不对：应当是{wanted}，这里是{found}")
}

/// What whole numbers a type of Rust has, `u16`: ` 0 至 65535 的整数`.
fn range(wanted: &str) -> Option<String> {
    let (sign, bits) = wanted.split_at_checked(1)?;
    let bits = bits.parse::<u32>().ok().filter(|bits| (1..=64).contains(bits))?;
    let (least, most) = match sign {
        "u" => (0, (1_i128 << bits) - 1),
        "i" => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
        _ => return None,
    };
    Some(format!(" {least} 至 {most} 的整数"))
}

/// The sentence for a message that begins so.
fn known<'a>(sentences: &[(&str, &'a str)], text: &str) -> &'a str {
    let sentence = sentences.iter().find(|(beginning, _)| text.starts_with(beginning));
    sentence.map_or("这里的写法不对", |(_, words)| words)
}

/// What `serde_json` says of a text that is no JSON.
const JSON: &[(&str, &str)] = &[
    ("EOF while parsing", "没有写完，缺少结尾的引号或括号"),
    ("expected `:`", "这里应当是冒号"),
    ("expected `,` or `}`", "这里应当是逗号或 }"),
    ("expected `,` or `]`", "这里应当是逗号或 ]"),
    ("expected value", "这里应当是一个值"),
    ("expected ident", "这里应当是 true、false 或 null"),
    ("key must be a string", "字段名应当用英文双引号括起来"),
    ("trailing comma", "最后一项后面多了逗号"),
    ("trailing characters", "结尾之后还有多余的文字"),
    ("control character", "引号之间有换行或控制字符"),
    ("invalid escape", "反斜杠之后的写法不对"),
    ("lone leading surrogate", "反斜杠之后的写法不对"),
    ("unexpected end of hex escape", "反斜杠之后的写法不对"),
    ("invalid unicode code point", "反斜杠之后的写法不对"),
    ("invalid number", "数的写法不对"),
    ("number out of range", "数太大"),
    ("recursion limit exceeded", "括号套得太深"),
];

/// What `toml` says of a text that is no TOML.
const TOML: &[(&str, &str)] = &[
    ("string values must be quoted", "等号后面没有值，或文字没有放在英文引号里"),
    ("unexpected key or value", "值的后面还有多余的文字"),
    ("unexpected content", "这里有多余的文字"),
    ("missing value", "等号后面没有值"),
    ("key with no value", "键的后面没有等号和值"),
    ("duplicate key", "同一个键写了两次"),
    ("cannot extend", "这个键已经有值，不能再分项"),
    ("invalid unquoted key", "键名里有要放在引号里的字"),
    ("unquoted keys cannot be empty", "等号前面没有键名"),
    ("missing key", "等号前面没有键名"),
    ("invalid key", "键名的写法不对"),
    ("missing assignment", "键的后面没有等号"),
    ("extra assignment", "多了一个等号"),
    ("extra `=`", "多了一个等号"),
    ("unexpected `=`", "多了一个等号"),
    ("missing comma", "两项之间缺少英文逗号"),
    ("extra comma", "多了一个逗号"),
    ("unclosed array table", "表名缺少结尾的 ]]"),
    ("unclosed table", "表名缺少结尾的 ]"),
    ("unclosed array", "数组缺少结尾的 ]"),
    ("unclosed inline table", "缺少结尾的 }"),
    ("invalid basic string", "引号没有成对，或引号里有不许可的字符"),
    ("invalid literal string", "引号没有成对，或引号里有不许可的字符"),
    ("invalid multi-line", "三引号没有成对，或里面有不许可的字符"),
    ("missing escaped value", "反斜杠之后的写法不对"),
    ("too few unicode", "反斜杠之后的写法不对"),
    ("invalid date", "日期或时刻的写法不对，或日历上没有"),
    ("invalid time", "日期或时刻的写法不对，或日历上没有"),
    ("invalid boolean", "是或否写 true 或 false"),
    ("invalid integer", "数的写法不对"),
    ("invalid float", "数的写法不对"),
    ("integer number overflowed", "数太大"),
    ("unexpected leading zero", "数的前面多了 0"),
    ("carriage return", "换行的写法不对：用编辑器另存"),
    ("invalid comment character", "注释里有控制字符"),
    ("recursion limit", "括号套得太深"),
    ("cannot recurse", "括号套得太深"),
];

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "what is read is not looked at")]
    struct Shape {
        name: String,
        number: Option<u8>,
        kind: Option<Kind>,
        day: Option<toml::value::Datetime>,
        list: Option<Vec<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
        Two,
    }

    #[track_caller]
    fn check_toml(text: &str, expected: &str) {
        let (message, hint) = toml(&::toml::from_str::<Shape>(text).unwrap_err());
        assert_eq!(message, expected, "{text:?}");
        assert!(hint.contains(|c: char| !c.is_ascii()), "{hint}");
    }

    #[test]
    fn toml_is_explained_in_chinese() {
        check_toml("name = 甲", "TOML 有误：等号后面没有值，或文字没有放在英文引号里");
        check_toml("name = \"甲\" 乙", "TOML 有误：值的后面还有多余的文字");
        check_toml("name = \"甲\"；", "TOML 有误：值的后面还有多余的文字");
        check_toml("name =", "TOML 有误：等号后面没有值，或文字没有放在英文引号里");
        check_toml("name", "TOML 有误：键的后面没有等号和值");
        check_toml("= 1", "TOML 有误：等号前面没有键名");
        check_toml("name = \"甲", "TOML 有误：引号没有成对，或引号里有不许可的字符");
        check_toml("name = 'a'\nname = 'b'", "TOML 有误：同一个键写了两次");
        check_toml("标题 = \"甲\"", "TOML 有误：键名里有要放在引号里的字");
        check_toml("[name", "TOML 有误：表名缺少结尾的 ]");
        check_toml("list = [1, 2", "TOML 有误：数组缺少结尾的 ]");
        check_toml("list = [1,, 2]", "TOML 有误：多了一个逗号");
        check_toml("day = 2022-02-30", "TOML 有误：日期或时刻的写法不对，或日历上没有");
        check_toml("day = 2022-13-01", "TOML 有误：日期或时刻的写法不对，或日历上没有");
        check_toml("number = 007", "TOML 有误：数的前面多了 0");
        check_toml("name = 3", "取值的类型不对：应当是带引号的文字，这里是数");
        check_toml("name = ['a']", "取值的类型不对：应当是带引号的文字，这里是数组 […]");
        check_toml("name = {}", "取值的类型不对：应当是带引号的文字，这里是对象 {…}");
        check_toml("name = 'a'\nnumber = 300", "取值的类型不对：应当是 0 至 255 的整数，这里是数");
        check_toml("name = 'a'\nnumber = -1", "取值的类型不对：应当是 0 至 255 的整数，这里是数");
        check_toml("name = 'a'\nnumber = 7.5", "取值的类型不对：应当是 0 至 255 的整数，这里是数");
        check_toml("name = 'a'\nkind = 'three'", "没有取值“three”");
        check_toml("名称 = 'a'", "TOML 有误：键名里有要放在引号里的字");
        check_toml("'名称' = 'a'", "不认识的字段“名称”");
        check_toml("number = 1", "缺少字段“name”");
    }

    #[test]
    fn no_value_is_repeated() {
        let error = ::toml::from_str::<Shape>("name = 'a'\nnumber = '样·一, expected a map'");
        let (message, _) = toml(&error.unwrap_err());
        assert_eq!(message, "取值的类型不对：应当是整数，这里是带引号的文字");
        let error = serde_json::from_str::<Shape>(r#"{"name": "a", "number": "样·一"}"#);
        let (message, _) = json(&error.unwrap_err());
        assert_eq!(message, "取值的类型不对：应当是整数，这里是带引号的文字");
    }
}
