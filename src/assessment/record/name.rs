//! A person's name, as it will be signed.

use unicode_normalization::UnicodeNormalization;

/// Bytes of a name at most, in UTF-8: what a card has room for.
const MAX_BYTES: usize = 96;

/// A name in NFC, its dots U+00B7, without control, bidi or private-use
/// characters; 1–96 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing, or white space only.
    Empty,
    /// More than 96 bytes.
    TooLong,
    /// A control, bidi or private-use character.
    Character(char),
}

impl Name {
    /// Normalises a name: NFC, `• ‧ ・ ･ ．` between characters to `·`, no outer
    /// white space. Ideographic variation sequences are kept.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let name: String = text
            .trim()
            .nfc()
            .map(|c| match c {
                '\u{2022}' | '\u{2027}' | '\u{30FB}' | '\u{FF65}' => '\u{B7}',
                other => other,
            })
            .collect();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.len() > MAX_BYTES {
            return Err(NameError::TooLong);
        }
        match name.chars().find(|c| is_unsafe(*c)) {
            Some(c) => Err(NameError::Character(c)),
            None => Ok(Self(name)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NameError {
    /// What is wrong, in the office's language.
    pub fn words(self) -> (String, &'static str) {
        match self {
            Self::Empty => ("姓名为空".to_owned(), "写明姓名"),
            Self::TooLong => {
                (format!("姓名超过 {MAX_BYTES} 字节"), "卡面容纳约 30 个汉字；请核对姓名")
            }
            Self::Character(c) => (
                format!("姓名含有不能签发的字符 U+{:04X}", u32::from(c)),
                "用统一编码的字重新录入；无编码的字另附图形",
            ),
        }
    }
}

/// Characters that change how other characters are shown, or that mean
/// something different on every machine.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'
            | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_dot_and_one_form() {
        for dotted in
            ["阿拉坦•其其格", "阿拉坦‧其其格", "阿拉坦・其其格", "阿拉坦･其其格", " 阿拉坦·其其格 "]
        {
            assert_eq!(Name::new(dotted).unwrap().as_str(), "阿拉坦·其其格");
        }
        assert_eq!(Name::new("Jose\u{301}").unwrap().as_str(), "Jos\u{e9}");
        for kept in ["𫖯", "㛃", "葛\u{E0100}", "买买提·艾力"] {
            assert_eq!(Name::new(kept).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_cannot_be_signed() {
        assert_eq!(Name::new(" \u{3000}"), Err(NameError::Empty));
        assert_eq!(Name::new(&"张".repeat(33)), Err(NameError::TooLong));
        assert!(Name::new(&"张".repeat(32)).is_ok());
        for c in ['\u{202E}', '\u{200F}', '\u{E000}', '\u{7}', '\u{FEFF}', '\u{F0000}', '\u{2066}']
        {
            assert_eq!(Name::new(&format!("张{c}三")), Err(NameError::Character(c)));
        }
    }
}
