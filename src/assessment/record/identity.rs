//! Identity documents, as far as a card needs them: their kind and last four.

/// A document that a person identifies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// 居民身份证
    ResidentCard,
    /// 护照
    Passport,
    /// 港澳居民来往内地通行证
    HongKongMacaoPermit,
    /// 台湾居民来往大陆通行证
    TaiwanPermit,
    /// 外国人永久居留身份证
    PermanentResidence,
    /// 军官证 and other documents of the forces
    Military,
}

impl DocumentKind {
    const ALL: [Self; 6] = [
        Self::ResidentCard,
        Self::Passport,
        Self::HongKongMacaoPermit,
        Self::TaiwanPermit,
        Self::PermanentResidence,
        Self::Military,
    ];

    /// Its name in records.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ResidentCard => "居民身份证",
            Self::Passport => "护照",
            Self::HongKongMacaoPermit => "港澳居民来往内地通行证",
            Self::TaiwanPermit => "台湾居民来往大陆通行证",
            Self::PermanentResidence => "外国人永久居留身份证",
            Self::Military => "军人证件",
        }
    }

    /// Its number on cards; a resident card is not mentioned there.
    pub const fn number(self) -> u32 {
        match self {
            Self::ResidentCard => 0,
            Self::Passport => 1,
            Self::HongKongMacaoPermit => 2,
            Self::TaiwanPermit => 3,
            Self::PermanentResidence => 4,
            Self::Military => 5,
        }
    }

    /// The kind with this name.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }

    /// All names, for a hint.
    pub fn labels() -> String {
        Self::ALL.map(Self::label).join("、")
    }
}

/// The last four characters of a document number, where they are three digits
/// and a digit or X.
pub(super) fn tail(number: &str) -> Option<String> {
    let bytes = number.as_bytes();
    let last = bytes.get(bytes.len().checked_sub(4)?..)?;
    let is_tail =
        last[..3].iter().all(u8::is_ascii_digit) && (last[3].is_ascii_digit() || last[3] == b'X');
    is_tail.then(|| String::from_utf8_lossy(last).into_owned())
}

/// Whether a resident number has 18 places and the check character of
/// GB 11643-1999 (ISO 7064 MOD 11-2).
pub(super) fn is_resident_number(number: &str) -> bool {
    let bytes = number.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum = bytes[..17].iter().fold(0_u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    let wanted = if check == 10 { b'X' } else { b'0' + u8::try_from(check).unwrap_or(0) };
    bytes[17] == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_of_a_resident_number() {
        // GB 11643-1999's own examples: 11010519491231002X, 440524188001010014.
        assert!(is_resident_number("11010519491231002X"));
        assert!(is_resident_number("440524188001010014"));
        for wrong in [
            "110105194912310021",
            "11010519491231002x",
            "110105491231002",
            "",
            "44052418800101001４",
        ] {
            assert!(!is_resident_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_last_four() {
        assert_eq!(tail("11010519491231002X").as_deref(), Some("002X"));
        assert_eq!(tail("E12345678").as_deref(), Some("5678"));
        for number in ["", "12", "12X4", "E123A567x", "护照护照"] {
            assert_eq!(tail(number), None, "{number}");
        }
    }
}
