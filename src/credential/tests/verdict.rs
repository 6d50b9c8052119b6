use std::collections::BTreeSet;

use crate::credential::step::{Outcome, Step};
use crate::credential::verdict::Code;

/// The table of the specification, as it stands there.
#[test]
fn codes_words_and_faces() {
    let table = "\
        VALID 有效 Green
        BAD_SIGNATURE 签名不符，内容可能被改动 Red
        REVOKED 已撤销 Red
        KEY_REVOKED 签发密钥已停用 Red
        OUT_OF_SCOPE 超出签发授权 Red
        INCONSISTENT 内容与政策不符 Red
        SUPERSEDED 已换发 Amber
        EXPIRED 已过有效期 Amber
        NOT_YET_VALID 尚未生效 Amber
        STALE 状态数据过旧，无法判断 Grey
        UNKNOWN_ISSUER 不认识的签发方 Grey
        UNSUPPORTED 版本或扩展不支持 Grey
        MALFORMED 未能完整读取，请重扫 Grey
        CLOCK_SUSPECT 本机时间异常 Grey
        SPECIMEN 样张，不作证明 Grey";
    let ours = Code::ALL.map(|code| format!("{code} {} {:?}", code.words(), code.face()));
    assert!(table.lines().map(str::trim).eq(ours));
    assert_eq!(Code::ALL.map(Code::as_str).into_iter().collect::<BTreeSet<_>>().len(), 15);
}

#[test]
fn steps_have_names_of_their_own() {
    assert_eq!(Step::ALL.map(Step::as_str).into_iter().collect::<BTreeSet<_>>().len(), 12);
    assert_eq!(Step::ALL.map(Step::words).into_iter().collect::<BTreeSet<_>>().len(), 12);
    assert!(Step::ALL.is_sorted());
    assert_eq!(Outcome::default(), Outcome::Skipped, "unreached is never passed");
}
