//! What the argument parser says, in the office's language: help, and what is wrong
//! with arguments.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// A page of help: what the parser puts around our own words is replaced.
///
/// It has no other way in than the finished text.
pub(super) fn help(page: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("Usage: ", "用法："),
        ("Usage:", "用法："),
        ("Commands:", "命令："),
        ("Arguments:", "参数："),
        ("Options:", "选项："),
        ("Print help (see more with '--help')", "显示说明（--help 更详细）"),
        ("Print help (see a summary with '-h')", "显示说明（-h 更简短）"),
        ("Print help", "显示说明"),
        ("Print version", "显示版本"),
        ("Possible values:", "可写："),
        ("[possible values: ", "[可写："),
        ("[default: ", "[默认："),
    ];
    WORDS.iter().fold(page.to_owned(), |page, (theirs, ours)| page.replace(theirs, ours))
}

/// What is wrong with arguments, and what to do about it.
pub(super) fn wrong(error: &clap::Error) -> (String, String) {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        Some(ContextValue::Strings(texts)) => texts.first().map_or("", String::as_str),
        _ => "",
    };
    let list = |kind| match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let prior = list(ContextKind::PriorArg);
    let what = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("没有命令 {}", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("不认识的参数 {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面没有写值"),
        ErrorKind::InvalidValue => format!("{argument} 不能写 {value}"),
        ErrorKind::ValueValidation => format!("{argument} 不能写 {value}{}", reason(error)),
        ErrorKind::MissingRequiredArgument => {
            format!("缺少 {}", list(ContextKind::InvalidArg))
        }
        ErrorKind::MissingSubcommand => {
            format!("{} 后面没有写命令", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::ArgumentConflict if prior.is_empty() || prior == argument => {
            format!("{argument} 只能写一次")
        }
        ErrorKind::ArgumentConflict => format!("{argument} 不能与 {prior} 同时写"),
        ErrorKind::NoEquals => format!("{argument} 与值之间要写等号"),
        ErrorKind::TooManyValues => format!("{argument} 后面的值太多：{value}"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 后面的值的个数不对")
        }
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文字".to_owned(),
        // Help and version are no errors; the parser may come to know more.
        _ => "参数写得不对".to_owned(),
    };
    let mut hints = Vec::new();
    let close =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let close = close.into_iter().map(list).find(|text| !text.is_empty());
    hints.extend(close.map(|close| format!("是不是 {close}")));
    for kind in [ContextKind::ValidValue, ContextKind::ValidSubcommand] {
        let known = list(kind);
        if !known.is_empty() {
            hints.push(format!("可写：{known}"));
        }
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        hints.push(help(usage.to_string().trim()));
    }
    hints.push("写 --help 看说明".to_owned());
    (what, hints.join("；"))
}

/// Why a value is refused, if the words are our own.
fn reason(error: &clap::Error) -> String {
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    if words.is_ascii() { String::new() } else { format!("：{words}") }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;
    use crate::cli::Args;

    #[track_caller]
    fn check(arguments: &str, what: &str, hint: &str) {
        let arguments = ["shenyan"].into_iter().chain(arguments.split_whitespace());
        let found = wrong(&Args::try_parse_from(arguments).unwrap_err());
        assert_eq!(found, (what.to_owned(), format!("{hint}写 --help 看说明")));
    }

    #[test]
    fn wrong_arguments_are_explained_in_chinese() {
        let build = "用法：shenyan build [OPTIONS]；";
        check("biuld", "没有命令 biuld", "是不是 build；用法：shenyan <COMMAND>；");
        let close = "是不是 --site；用法：shenyan build --site <DIR>；";
        check("build --sit .", "不认识的参数 --sit", close);
        check("build --site", "--site <DIR> 后面没有写值", "");
        let what = "--date <YYYY-MM-DD> 不能写 2022-13-01：日历上没有这一天";
        check("build --date 2022-13-01", what, "");
        check("build --site a --site b", "--site <DIR> 只能写一次", build);
        let usage = "用法：shenyan build --no-sign；";
        check("build --no-sign --renew", "--no-sign 不能与 --renew 同时写", usage);
        let what = "--max-age <DAYS> 不能写 many：天数写成 0 至 65535 的整数";
        check("verify --max-age many", what, "");
        let values = "可写：table、json、csv；";
        check("verify --format xml", "--format <FORMAT> 不能写 xml", values);
        check("init", "缺少 <DIR>", "用法：shenyan init <DIR>；");
    }

    /// Whoever reads help reads Chinese: what is left of English are names.
    #[test]
    fn help_is_in_chinese() {
        let mut commands = vec![Args::command()];
        commands[0].build();
        while let Some(mut command) = commands.pop() {
            for page in [command.render_help(), command.render_long_help()] {
                let page = help(&page.to_string());
                for english in ["Usage", "Print", "Options", "Arguments", "default", "ossible"] {
                    assert!(!page.contains(english), "{}: {english}", command.get_name());
                }
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }
}
